package dev.fovea.labels.folder;

import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;

class ImageFolderContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new ImageFolder(images);
  }

  @Override
  protected boolean listsClasses() {
    return false;
  }

  @Override
  protected String written(LabelledImage image) {
    var folder =
        "%s/%s/"
            .formatted(
                image.split().isEmpty() ? "unsplit" : image.split(),
                image.annotations().getFirst().label());
    return image.path().startsWith(folder)
        ? image.path()
        : folder + image.path().replace("/", "__");
  }
}
