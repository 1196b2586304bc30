package dev.fovea.datasets;

import dev.fovea.datasets.TestServer.RecordedEvents;
import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.roles.Callers;
import dev.fovea.store.ObjectStore;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A test against the running service; each uses a project of its own. */
@SpringBootTest(
    classes = TestServer.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
public abstract class ServerTest {
  private static final Path REPOSITORIES = Path.of("target", "git-" + UUID.randomUUID());

  @Autowired protected Projects projects;
  @Autowired protected Datasets datasets;
  @Autowired protected Frames frames;
  @Autowired protected Annotation annotation;
  @Autowired protected ObjectStore objects;
  @Autowired protected RecordedEvents events;
  @LocalServerPort protected int port;
  @TempDir protected Path folder;

  @DynamicPropertySource
  static void properties(DynamicPropertyRegistry registry) {
    registry.add("roles", () -> "datasets");
    registry.add("fovea.datasets.repositories", REPOSITORIES::toString);
    registry.add("fovea.datasets.max-push", () -> "2MB");
    registry.add("fovea.datasets.dvc.max-object", () -> "1MB");
  }

  /** A new project with an empty repository. */
  protected Team team() throws Exception {
    var project = Name.of("t-" + UUID.randomUUID().toString().substring(0, 8));
    projects.create(project);
    return new Team(project, "http://localhost:" + port, "ada", folder.resolve(project.text()));
  }

  protected static <T> T as(String who, Callable<T> work) throws Exception {
    return Callers.as(new Caller(who, "*", Set.of(Caller.Role.ANNOTATOR)), work);
  }
}
