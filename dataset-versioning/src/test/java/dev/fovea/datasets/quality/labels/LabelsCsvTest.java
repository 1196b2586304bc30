package dev.fovea.datasets.quality.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelsCsvTest {
  @Test
  void appendsRowsInTheOrderOfTheHeaderAndLeavesTheRestAsItIs() {
    var text = "split,path,label\r\ntrain,\"a,b.png\",3";
    assertThat(
            LabelsCsv.appending(
                text,
                List.of(
                    Map.of(
                        "path", "c.png", "label", "4", "split", "train", "slice", "production"))))
        .isEqualTo(text + "\ntrain,c.png,4\n");
  }
}
