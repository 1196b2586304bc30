package dev.fovea.labels.cvat;

import dev.fovea.labels.LabelFormat;
import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;

class CvatContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Cvat();
  }
}
