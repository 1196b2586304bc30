package dev.fovea.labels.coco;

import dev.fovea.labels.LabelFormat;
import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;

class CocoContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Coco();
  }
}
