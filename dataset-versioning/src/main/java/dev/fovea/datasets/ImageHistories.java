package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** What became of one image in the versions of a dataset, and where it came from. */
@HttpExchange("/api/v1/projects/{project}/datasets")
public interface ImageHistories {
  /** From the newest version on. */
  String NEWEST = "2147483647";

  /**
   * Every version that brought, changed or dropped these bytes, wherever they lay.
   *
   * @param before only versions with smaller numbers
   * @param limit how many changes at most, 1 to 1,000
   */
  @GetExchange("/{dataset}/images/{image}/history")
  ImageHistory ofImage(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @PathVariable("image") Digest image,
      @RequestParam(name = "before", defaultValue = NEWEST) int before,
      @RequestParam(name = "limit", defaultValue = "200") int limit)
      throws NoSuchThing, InvalidRequest;

  /**
   * Every version that brought, changed or dropped what lies under a path: other bytes under the
   * same path are another image.
   *
   * @param path inside the dataset folder, with {@code /}
   * @param before only versions with smaller numbers
   * @param limit how many changes at most, 1 to 1,000
   */
  @GetExchange("/{dataset}/history")
  ImageHistory ofPath(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @RequestParam(name = "path") String path,
      @RequestParam(name = "before", defaultValue = NEWEST) int before,
      @RequestParam(name = "limit", defaultValue = "200") int limit)
      throws NoSuchThing, InvalidRequest;

  /**
   * What was found.
   *
   * @param changes newest first, each against the version's own parent
   * @param next where the rest begins: the {@code before} to ask with; absent where there is no
   *     more
   * @param labelled where annotators judged these images, newest first, at most 20
   * @param frames where deployed models saw them, newest first, at most 20
   */
  record ImageHistory(
      List<Change> changes, Optional<Integer> next, List<Labelled> labelled, List<Frame> frames) {}

  /** What a version did to an image. */
  enum Kind {
    /** Its parent does not have it. */
    CAME,
    /** Another path, label, split, slice, or anything else that is said of it. */
    CHANGED,
    /** Only its parent has it. */
    LEFT
  }

  /**
   * What one version did to one image.
   *
   * @param number of the version
   * @param version its digest
   * @param parent the version that it is compared with; absent where it is a first one
   * @param batch the annotation batch that the version came from; absent for a push
   * @param before absent where it came
   * @param after absent where it left
   */
  record Change(
      Digest image,
      int number,
      Digest version,
      Optional<Digest> parent,
      GitCommit commit,
      String branch,
      String author,
      Instant at,
      Optional<Digest> batch,
      Optional<Place> before,
      Optional<Place> after) {
    /** What it was. */
    public Kind kind() {
      if (before.isEmpty()) {
        return Kind.CAME;
      }
      return after.isEmpty() ? Kind.LEFT : Kind.CHANGED;
    }
  }

  /** What is said of an image: see {@link Sample}. */
  record Place(String path, String label, String split, Optional<String> slice) {}

  /**
   * An annotator's judgement.
   *
   * @param number of the item in its batch
   * @param label absent where it shows nothing
   */
  record Labelled(
      Digest image, Digest batch, int number, Optional<String> label, String by, Instant at) {}
}
