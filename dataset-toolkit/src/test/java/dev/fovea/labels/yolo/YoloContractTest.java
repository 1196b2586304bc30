package dev.fovea.labels.yolo;

import dev.fovea.labels.LabelFormatContract;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.yolo.Yolo.Task;
import org.junit.jupiter.api.Nested;

class YoloContractTest {
  private abstract static class OfTask extends LabelFormatContract {
    private final Task task;

    OfTask(Task task) {
      this.task = task;
    }

    @Override
    protected LabelFormat format(MemoryFolder images) {
      return new Yolo(task);
    }

    @Override
    protected double tolerance() {
      return 1e-6;
    }
  }

  @Nested
  class Detect extends OfTask {
    Detect() {
      super(Task.DETECT);
    }
  }

  @Nested
  class Segment extends OfTask {
    Segment() {
      super(Task.SEGMENT);
    }
  }

  @Nested
  class Obb extends OfTask {
    Obb() {
      super(Task.OBB);
    }
  }

  @Nested
  class Pose extends OfTask {
    Pose() {
      super(Task.POSE);
    }
  }
}
