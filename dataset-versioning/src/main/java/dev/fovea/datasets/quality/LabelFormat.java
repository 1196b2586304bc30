package dev.fovea.datasets.quality;

import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.teamfile.DatasetSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a dataset folder says which image has which label. */
sealed interface LabelFormat permits CsvLabels, FolderLabels {
  /**
   * Reads all labels.
   *
   * @param folder the dataset folder in the repository, for messages
   * @param files every file of the folder, by path
   */
  List<LabelledFile> read(String folder, Map<String, Stored> files, Findings findings)
      throws IOException;

  /**
   * The file in the folder that holds the labels; absent where the places of the images say
   * everything.
   */
  Optional<String> labelFile();

  /** The reader of a format; absent where Fovea cannot read it yet. */
  static Optional<LabelFormat> of(DatasetSpec.Format format, LabelTexts texts) {
    return switch (format) {
      case CSV -> Optional.of(new CsvLabels(texts));
      case IMAGEFOLDER -> Optional.of(new FolderLabels());
      case COCO, YOLO, VOC, CVAT, DATUMARO -> Optional.empty();
    };
  }

  /** Where the text of a label file comes from. */
  interface LabelTexts {
    String read(Stored file) throws IOException;
  }
}
