package dev.fovea.datasets;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PutExchange;

/** The teams' projects, each with a Git repository that Fovea hosts. */
@HttpExchange("/api/v1/projects")
public interface Projects {
  /** Those that the caller may see, by name. */
  @GetExchange
  List<Project> projects();

  /** One of them. */
  @GetExchange("/{project}")
  Project project(@PathVariable("project") Name project) throws NoSuchThing;

  /** Makes it, with an empty repository; one that exists is left as it is. */
  @PutExchange("/{project}")
  Project create(@PathVariable("project") Name project);

  /**
   * A project.
   *
   * @param gitPath where to push: this path on Fovea's own address
   * @param dvcPath where {@code dvc push} goes: this path on Fovea's own address
   * @param head the main branch's commit; absent before the first push
   */
  record Project(
      Name name, String gitPath, String dvcPath, Optional<String> head, Instant created) {}
}
