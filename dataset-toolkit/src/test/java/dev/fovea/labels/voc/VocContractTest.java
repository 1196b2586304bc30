package dev.fovea.labels.voc;

import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;

class VocContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Voc();
  }

  @Override
  protected boolean listsClasses() {
    return false;
  }
}
