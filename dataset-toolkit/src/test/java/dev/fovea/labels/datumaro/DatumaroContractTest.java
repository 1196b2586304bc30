package dev.fovea.labels.datumaro;

import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;

class DatumaroContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Datumaro();
  }
}
