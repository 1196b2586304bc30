package dev.fovea.serving;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.serving.shadow.ShadowSettings;
import dev.fovea.serving.shadow.ShadowTarget;
import dev.fovea.serving.shadow.ShadowToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The process in a model's container: {@code ModelServerMain FOLDER [HOST:PORT]}, by default
 * 0.0.0.0:8080. The folder holds {@code model.onnx} and {@code model.json} ({@link
 * ModelDescription}). Answers behind the path prefix in {@code FOVEA_PATH_PREFIX} too. Copies
 * requests to a shadow where {@code FOVEA_ARM_TOKEN} is set and somebody who shows it says so.
 * Sends frames to {@code FOVEA_FRAMES_URL} where that is set ({@link ContainerCapture}).
 *
 * <p>Exit codes: 2 wrong use; 1 the folder's model cannot be served, which trying again does not
 * change; 75 (as {@code sysexits.h} has it) the address is taken or cannot be had now; 3 out of
 * memory, by the JVM; 143 told to end by SIGTERM, after answering what was under way.
 */
public final class ModelServerMain {
  /** The environment variable with the path prefix that a gateway leaves in place. */
  public static final String PATH_PREFIX = "FOVEA_PATH_PREFIX";

  /**
   * The environment variable with the secret that the rollout controller shares with the model
   * servers. Without it nobody can have requests copied.
   */
  public static final String ARM_TOKEN = "FOVEA_ARM_TOKEN";

  /** The environment variable with the management address; 0.0.0.0:8081 where it is absent. */
  public static final String ARM_BIND = "FOVEA_ARM_BIND";

  /** The environment variable with the hosts that may get copies, with commas between them. */
  public static final String SHADOW_ALLOW = "FOVEA_SHADOW_ALLOW";

  private static final Duration REACH = Duration.ofSeconds(60);
  private static final int ARM_PORT = 8081;
  private static final int USAGE = 2;
  private static final int FAILED = 1;
  private static final int NOT_NOW = 75;
  private static final int DEFAULT_PORT = 8080;

  private ModelServerMain() {}

  /** Serves until the process is told to end; then answers what is under way. */
  public static void main(String[] arguments) {
    if (arguments.length < 1 || arguments.length > 2) {
      System.err.println("usage: ModelServerMain FOLDER [HOST:PORT]");
      System.exit(USAGE);
    }
    try {
      var bind =
          arguments.length == 2 ? address(arguments[1]) : new InetSocketAddress(DEFAULT_PORT);
      var server = ModelServer.start(config(Path.of(arguments[0]), bind));
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
      System.out.println("serving at " + server.uri());
    } catch (Problem e) {
      System.err.println(e.explanation() + "\n  " + e.remedy());
      System.exit(FAILED);
    } catch (JacksonException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(FAILED);
    } catch (IOException e) {
      System.err.println("%s cannot be read: %s".formatted(arguments[0], e));
      System.exit(FAILED);
    } catch (UncheckedIOException e) {
      System.err.println("%s: %s".formatted(e.getMessage(), e.getCause()));
      System.exit(NOT_NOW);
    }
  }

  private static ModelServerConfig config(Path folder, InetSocketAddress bind) throws IOException {
    var description =
        JsonMapper.builder()
            .build()
            .readValue(
                Files.readAllBytes(folder.resolve(ModelDescription.DESCRIPTION_FILE)),
                ModelDescription.class);
    var model = folder.resolve(ModelDescription.MODEL_FILE);
    var found = Digest.sha256(model);
    if (!found.equals(description.variant())) {
      throw new IllegalArgumentException(
          "%s is %s (expected: %s, as the description says)"
              .formatted(model, found, description.variant()));
    }
    var served =
        ModelServerConfig.of(
                model,
                description.name(),
                description.version(),
                description.classes(),
                description.preprocess())
            .at(bind)
            .behind(System.getenv().getOrDefault(PATH_PREFIX, ""))
            .shadowing(shadow(System.getenv()))
            .detecting(description.detector());
    return ContainerCapture.of(served, System.getenv(), System.err::println);
  }

  static ShadowSettings shadow(Map<String, String> environment) {
    var bind = environment.getOrDefault(ARM_BIND, "");
    var hosts =
        Stream.of(environment.getOrDefault(SHADOW_ALLOW, "").split(","))
            .map(String::strip)
            .filter(host -> !host.isEmpty())
            .toList();
    return new ShadowSettings(
        ShadowToken.of(Optional.ofNullable(environment.get(ARM_TOKEN))),
        bind.isEmpty() ? new InetSocketAddress(ARM_PORT) : address(bind),
        ShadowTarget.Rules.allowing(hosts),
        REACH);
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("address: '%s' (expected: HOST:PORT)".formatted(text));
    }
    return new InetSocketAddress(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }
}
