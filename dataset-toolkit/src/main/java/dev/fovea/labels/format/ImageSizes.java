package dev.fovea.labels.format;

import dev.fovea.labels.ImageSize;
import java.io.IOException;
import java.util.Optional;

/**
 * The sizes of images, for formats that measure in fractions and do not say of what. The size is
 * that after the EXIF orientation is applied, since trainers normalise by what they decode.
 */
public interface ImageSizes {
  /** Absent where the image is not there or is none. */
  Optional<ImageSize> of(String path) throws IOException;

  /** No size is known. */
  ImageSizes UNKNOWN = _ -> Optional.empty();
}
