package dev.fovea.datasets.quality.labels;

import dev.fovea.datasets.quality.folder.PushedFolder;
import java.io.IOException;
import java.util.Optional;

/** Reads what a dataset folder says about its images. */
public sealed interface LabelReader permits CsvLabels, FormatLabels {
  /** Reads all labels; absent where they are not of the format, which is found then. */
  Optional<Labels> read(PushedFolder folder) throws IOException;
}
