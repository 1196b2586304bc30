package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Name;
import dev.fovea.roles.Callers;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** A test against the running service; each uses a project of its own. */
@SpringBootTest(
    classes = RegistryApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestPropertySource(
    properties = {
      "roles=registry",
      "fovea.registry.max-artifact=1MB",
      "fovea.registry.signing-folder=target/signing"
    })
abstract class RegistryTest {
  @Autowired protected Access access;
  @Autowired protected RegistryApplication.Heard heard;
  @Autowired protected DataSource database;
  @LocalServerPort protected int port;

  protected static Name project() {
    return Name.of("p-" + UUID.randomUUID().toString().substring(0, 8));
  }

  /** MLflow's calls by an engineer of this project. */
  protected Mlflow mlflow(Name project) {
    return mlflow(project.text(), Map.of());
  }

  protected Mlflow mlflow(String project, Map<String, String> headers) {
    var all = new HashMap<>(headers);
    all.put("Authorization", "Bearer " + token(project, Role.ENGINEER));
    return new Mlflow(server(), all);
  }

  protected String server() {
    return "http://localhost:" + port;
  }

  protected String token(String project, Role... roles) {
    return as(
        new Caller("tests", "*", Set.of(Role.ADMIN)),
        () -> access.issue(new Access.TokenRequest("ada", project, Set.of(roles), 1)).token());
  }

  protected static <T> T as(Caller caller, Callable<T> work) {
    try {
      return Callers.as(caller, work);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
