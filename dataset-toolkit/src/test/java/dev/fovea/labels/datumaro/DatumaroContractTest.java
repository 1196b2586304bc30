package dev.fovea.labels.datumaro;

import dev.fovea.labels.LabelFormat;
import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;

class DatumaroContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Datumaro();
  }
}
