package dev.fovea.datasets.history;

import dev.fovea.datasets.ImageHistories;
import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.RestController;

@RestController
class HistoryEndpoint implements ImageHistories {
  private static final int MAX_LIMIT = 1_000;

  private final ImageChanges changes;
  private final ImageOrigins origins;

  HistoryEndpoint(ImageChanges changes, ImageOrigins origins) {
    this.changes = changes;
    this.origins = origins;
  }

  @Override
  public ImageHistory ofImage(Name project, Name dataset, Digest image, int before, int limit) {
    check(limit);
    var found = changes.ofImage(project, dataset, image, before, limit + 1);
    require(found, "image of dataset " + dataset, image.toString(), before);
    return history(project, found, Set.of(image), limit);
  }

  @Override
  public ImageHistory ofPath(Name project, Name dataset, String path, int before, int limit) {
    check(limit);
    RelativePath.fault(path)
        .ifPresent(fault -> {
          throw new InvalidRequest(
              "path: '%s' %s".formatted(Text.excerpt(path), fault),
              "give it as it is inside the dataset folder, such as images/0001.png");
        });
    var found = changes.ofPath(project, dataset, path, before, limit + 1);
    require(found, "path in dataset " + dataset, path, before);
    var images = new LinkedHashSet<Digest>();
    found.forEach(change -> images.add(change.image()));
    return history(project, found, images, limit);
  }

  private static void check(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new InvalidRequest(
          "limit: %d (expected: 1 to %d changes)".formatted(limit, MAX_LIMIT),
          "ask for the rest with 'before'");
    }
  }

  // Beyond the first page there may be no more, and that is an answer.
  private static void require(List<Change> found, String thing, String name, int before) {
    if (found.isEmpty() && before == Integer.MAX_VALUE) {
      throw new NoSuchThing(
          thing,
          name,
          "look for it among the images of a version; an image is named by the SHA-256 of its bytes");
    }
  }

  private ImageHistory history(Name project, List<Change> found, Set<Digest> images, int limit) {
    boolean more = found.size() > limit;
    var page = more ? whole(found, limit) : found;
    return new ImageHistory(
        page,
        more ? Optional.of(page.getLast().number()) : Optional.empty(),
        origins.labelled(project, images),
        origins.frames(project, images));
  }

  // A page ends between two versions, unless one version alone is longer: then its further copies of
  // the image are left out.
  private static List<Change> whole(List<Change> found, int limit) {
    int cut = found.get(limit).number();
    var page = found.subList(0, limit);
    var ending = page.stream().filter(change -> change.number() != cut).toList();
    return ending.isEmpty() ? List.copyOf(page) : ending;
  }
}
