package dev.fovea.labels.cvat;

import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;

class CvatContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Cvat();
  }
}
