package dev.fovea.onnx.export.program;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SourceLineTest {

  @Test
  void namesTheInnermostLineWithoutTheFoldersOfTheMachine() {
    var trace =
        "  File \"/home/alice/run.py\", line 3, in main\n    m(x)\n"
            + "  File \"/home/alice/models/vit.py\", line 412, in forward\n    return y\n";

    assertThat(SourceLine.innermost(trace)).isEqualTo("vit.py:412");
    assertThat(SourceLine.innermost("File \"C:\\models\\vit.py\", line 7")).isEqualTo("vit.py:7");
  }

  @Test
  void saysNothingOfOtherTexts() {
    assertThat(SourceLine.innermost("")).isEmpty();
    assertThat(SourceLine.innermost("File \"vit.py")).isEmpty();
    assertThat(SourceLine.innermost("\", line 7 File \"")).isEmpty();
    assertThat(SourceLine.innermost("File \"vit.py\", line many")).isEqualTo("vit.py");
    assertThat(SourceLine.innermost("File \"v\", line " + "9".repeat(100)))
        .isEqualTo("v:999999999");
  }
}
