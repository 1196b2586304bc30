package dev.fovea.labels.csv;

import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;

class CsvContractTest extends LabelFormatContract {
  @Override
  protected LabelFormat format(MemoryFolder images) {
    return new Csv();
  }

  @Override
  protected boolean listsClasses() {
    return false;
  }
}
