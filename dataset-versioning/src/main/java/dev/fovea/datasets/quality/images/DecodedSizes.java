package dev.fovea.datasets.quality.images;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.datasets.quality.folder.PushedFolder;
import dev.fovea.kernel.Digest;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.format.ImageSizes;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The sizes of the images of a folder, decoded and upright; of none that does not decode.
 *
 * @param files by path
 * @param verdicts on those that call themselves images
 */
public record DecodedSizes(Map<String, Stored> files, Map<Digest, ImageVerdict> verdicts)
    implements ImageSizes {
  /** What decoding told about images. */
  @FunctionalInterface
  public interface Verdicts {
    Map<Digest, ImageVerdict> of(Collection<Digest> images);
  }

  public static DecodedSizes of(PushedFolder folder, Verdicts verdicts) {
    var digests =
        folder.files().entrySet().stream()
            .filter(file -> PushedFolder.isImage(file.getKey()))
            .map(file -> file.getValue().digest())
            .collect(Collectors.toSet());
    return new DecodedSizes(folder.files(), verdicts.of(digests));
  }

  @Override
  public Optional<ImageSize> of(String path) {
    return Optional.ofNullable(files.get(path))
        .flatMap(file -> Optional.ofNullable(verdicts.get(file.digest())))
        .filter(ImageVerdict::decodes)
        .map(verdict -> new ImageSize(verdict.width(), verdict.height()));
  }
}
