package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.annotation.PutExchange;

/**
 * Registered models. People register through MLflow's protocol, Fovea's own jobs through {@link
 * #register}.
 */
@HttpExchange("/api/v1/projects/{project}/models")
public interface Models {
  /** The newest version of each model, by name. */
  @GetExchange
  List<ModelVersion> heads(@PathVariable("project") Name project);

  /** All versions, newest first. */
  @GetExchange("/{model}/versions")
  List<ModelVersion> versions(
      @PathVariable("project") Name project, @PathVariable("model") Name model);

  /** One version. */
  @GetExchange("/{model}/versions/{number}")
  ModelVersion version(
      @PathVariable("project") Name project,
      @PathVariable("model") Name model,
      @PathVariable("number") int number)
      throws NoSuchThing;

  /** The version that an alias points to; empty where it points nowhere. */
  @GetExchange("/{model}/aliases/{alias}")
  Optional<ModelVersion> aliased(
      @PathVariable("project") Name project,
      @PathVariable("model") Name model,
      @PathVariable("alias") String alias);

  /**
   * The newest version whose run carries this commit in MLflow's tag {@code
   * mlflow.source.git.commit}; empty where there is none.
   */
  @GetExchange("/{model}/commits/{commit}")
  Optional<ModelVersion> ofCommit(
      @PathVariable("project") Name project,
      @PathVariable("model") Name model,
      @PathVariable("commit") GitCommit commit);

  /**
   * Registers a model file that is in the object store; the same digest under the same name is the
   * same version.
   */
  @PostExchange
  ModelVersion register(
      @PathVariable("project") Name project, @RequestBody Registration registration)
      throws InvalidRequest;

  /** Points an alias at a version; audited. */
  @PutExchange("/{model}/aliases/{alias}")
  ModelVersion point(
      @PathVariable("project") Name project,
      @PathVariable("model") Name model,
      @PathVariable("alias") String alias,
      @RequestBody Pointer pointer)
      throws NoSuchThing, AliasBeingMoved;

  /** Where an alias goes. */
  record Pointer(int number) {}

  /**
   * A model file to register.
   *
   * @param from what it was made of, such as the model version whose head was fitted again
   */
  record Registration(
      Name model,
      Digest digest,
      ModelVersion.Format format,
      Optional<String> run,
      Optional<Digest> dataset,
      Optional<Digest> parity,
      Optional<Digest> from) {}
}
