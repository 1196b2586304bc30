package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.NoSuchObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** What the versions of a dataset did to one image. */
@HttpExchange("/api/v1/projects/{project}/datasets")
public interface ImageHistories {
  /** From the newest version on. */
  String NEWEST = "2147483647";

  /** As many changes as are shown where nothing else is said. */
  String SHOWN = "200";

  /**
   * Every version that changed what lies under a path, newest first. Where an image was renamed, it
   * is followed by its bytes to the path that it had before.
   *
   * @param path inside the dataset folder, with {@code /}
   * @param before only versions with smaller numbers
   * @param limit how many changes at most, 10 to 1,000
   */
  @GetExchange("/{dataset}/history")
  ImageHistory history(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @RequestParam("path") String path,
      @RequestParam(name = "before", defaultValue = NEWEST) int before,
      @RequestParam(name = "limit", defaultValue = SHOWN) int limit)
      throws NoSuchThing, InvalidRequest;

  /**
   * What a version says of an image and what its parent says, with the objects in it. Both
   * manifests are read as far as the image.
   *
   * @param version one that did something to the image
   * @param path that the image has there; where the version removed it, that it had
   */
  @GetExchange("/{dataset}/versions/{digest}/change")
  Sides sides(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @PathVariable("digest") Digest version,
      @RequestParam("path") String path)
      throws NoSuchThing, InvalidRequest, NoSuchObject;

  /**
   * What was found.
   *
   * @param changes newest first, each against the version's own parent
   * @param next where the rest begins; absent where there is no more
   * @param waiting how many versions of the dataset are from before such histories, and not read
   *     yet: what they did is missing
   */
  record ImageHistory(List<Change> changes, Optional<Next> next, int waiting) {}

  /** What to ask with for the rest. */
  record Next(String path, int before) {}

  /**
   * An image as it was and as it became.
   *
   * @param before absent where it was added
   * @param after absent where it was removed
   * @param objects what changed among its objects; nothing where it has one side alone
   */
  record Sides(Optional<Sample> before, Optional<Sample> after, ObjectDiff objects) {}

  /** What can happen to an image. */
  enum What {
    /** The parent has nothing there. */
    ADDED,
    /** Only the parent has it. */
    REMOVED,
    /** Other bytes under the same path. */
    REPLACED,
    /** The same bytes under another path. */
    RENAMED,
    /** Another label, or other objects in it. */
    RELABELLED,
    /** Another split. */
    RESPLIT,
    /** Another slice. */
    RESLICED
  }

  /**
   * What one version did to an image.
   *
   * @param number of the version
   * @param version its digest
   * @param parent the version that it is compared with; absent where it is a first one
   * @param what one or more
   * @param before absent where it was added
   * @param after absent where it was removed
   */
  record Change(
      int number,
      Digest version,
      Optional<Digest> parent,
      GitCommit commit,
      String branch,
      String author,
      Instant at,
      List<What> what,
      Optional<Place> before,
      Optional<Place> after) {}

  /**
   * Where an image lies, and what is said of it: see {@link Sample}.
   *
   * @param image the digest of its bytes
   */
  record Place(String path, Digest image, String label, String split, Optional<String> slice) {
    /** What made this of an earlier one. */
    List<What> since(Place earlier) {
      var what = new ArrayList<What>();
      if (!path.equals(earlier.path)) {
        what.add(What.RENAMED);
      }
      if (!image.equals(earlier.image)) {
        what.add(What.REPLACED);
      }
      if (!split.equals(earlier.split)) {
        what.add(What.RESPLIT);
      }
      if (!slice.equals(earlier.slice)) {
        what.add(What.RESLICED);
      }
      // What is said of an image is its label, and more that is not repeated here.
      if (what.isEmpty() || !label.equals(earlier.label)) {
        what.add(What.RELABELLED);
      }
      return List.copyOf(what);
    }
  }

  /** What happened between two places, one of which may be none. */
  static List<What> between(Optional<Place> before, Optional<Place> after) {
    if (before.isEmpty()) {
      return List.of(What.ADDED);
    }
    return after.map(now -> now.since(before.get())).orElse(List.of(What.REMOVED));
  }
}
