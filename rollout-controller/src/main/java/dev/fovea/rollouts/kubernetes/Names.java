package dev.fovea.rollouts.kubernetes;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.router.Deployment;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What objects are called and labelled. The same thing always gets the same name. */
public final class Names {
  /** The labels of everything that is Fovea's. */
  public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  public static final String NAME = "app.kubernetes.io/name";
  public static final String MANAGER = "fovea-rollouts";
  public static final String PROJECT = "fovea.dev/project";
  public static final String MODEL = "fovea.dev/model";

  /** The annotation with the rollout's digest, which is too long for a label. */
  public static final String ROLLOUT = "fovea.dev/rollout";

  /** The annotation of a route with its arms. */
  public static final String ARMS = "fovea.dev/arms";

  /** Where model servers listen. */
  public static final int PORT = 8080;

  /** Where the controller tells model servers what to copy. */
  public static final int ARM_PORT = 8081;

  /** Finds everything of Fovea's. */
  public static final String OURS = MANAGED_BY + "=" + MANAGER;

  private static final String SERVER = "fovea-m-";
  private static final int DIGITS = 20;

  private Names() {}

  /** A rollout's Deployment, Service and pods' label. */
  public static String server(Digest rollout) {
    return SERVER + rollout.hex().substring(0, DIGITS);
  }

  /** Whether a Service of this name is a model server's. */
  public static boolean isServer(String service) {
    return service.startsWith(SERVER);
  }

  /** A model's route. */
  public static String route(Deployment deployment) {
    var digest = Digest.sha256(deployment.toString().getBytes(StandardCharsets.UTF_8));
    return "fovea-r-" + digest.hex().substring(0, DIGITS);
  }

  /** What a model's objects are labelled with. */
  public static Map<String, String> labels(Deployment deployment) {
    return Map.of(
        MANAGED_BY,
        MANAGER,
        PROJECT,
        deployment.project().text(),
        MODEL,
        deployment.model().text());
  }

  /** What stands before {@code /v2} in the paths of a project's models. */
  public static String prefix(Deployment deployment) {
    return "/inference/" + deployment.project();
  }

  /** The path that a model's paths begin with. */
  public static String base(Deployment deployment) {
    return "%s/v2/models/%s".formatted(prefix(deployment), deployment.model());
  }
}
