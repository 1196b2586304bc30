package dev.fovea.labels.coco;

import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;

class CocoContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Coco();
  }
}
