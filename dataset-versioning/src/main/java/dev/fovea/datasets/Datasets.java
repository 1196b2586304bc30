package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** The datasets of a project and their versions. */
@HttpExchange("/api/v1/projects/{project}/datasets")
public interface Datasets {
  /** The newest version of each dataset, by name. */
  @GetExchange
  List<DatasetVersion> heads(@PathVariable("project") Name project);

  /** All versions, newest first; empty where the dataset has none. */
  @GetExchange("/{dataset}/versions")
  List<DatasetVersion> versions(
      @PathVariable("project") Name project, @PathVariable("dataset") Name dataset);

  /** One version. */
  @GetExchange("/{dataset}/versions/{digest}")
  DatasetVersion version(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /** What the quality gate saw in a version; versions from before reports were kept have none. */
  @GetExchange("/{dataset}/versions/{digest}/quality")
  QualityReport quality(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /** The newest version. */
  @GetExchange("/{dataset}/head")
  DatasetVersion head(@PathVariable("project") Name project, @PathVariable("dataset") Name dataset)
      throws NoSuchThing;

  /** What changed between two versions. */
  @GetExchange("/{dataset}/diff/{from}/{to}")
  DatasetDiff diff(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @PathVariable("from") Digest from,
      @PathVariable("to") Digest to)
      throws NoSuchThing;

  /** The text of {@code fovea.yaml} at a commit. */
  @GetExchange("/-/teamfile/{commit}")
  TeamFileText teamFile(
      @PathVariable("project") Name project, @PathVariable("commit") GitCommit commit)
      throws NoSuchThing;

  /** The text of {@code fovea.yaml} at the head of the main branch. */
  @GetExchange("/-/teamfile")
  TeamFileText teamFile(@PathVariable("project") Name project) throws NoSuchThing;

  /** The latest pushes, refused ones too, newest first; at most 100. */
  @GetExchange("/-/pushes")
  List<Push> pushes(@PathVariable("project") Name project);

  /**
   * A file of the repository.
   *
   * @param commit where
   * @param text its content, UTF-8
   */
  record TeamFileText(GitCommit commit, String text) {}
}
