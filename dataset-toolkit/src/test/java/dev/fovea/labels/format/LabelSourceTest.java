package dev.fovea.labels.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.labels.files.MemoryFolder;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class LabelSourceTest {
  @Test
  void readsLinesWhateverEndsThem() throws Exception {
    var lines = new ArrayList<String>();
    try (var text = source("\ufeffa\r\n\nb\rc\n\r\nd").lines("x", 100, 10)) {
      for (var line = text.next(); line.isPresent(); line = text.next()) {
        lines.add(text.line() + line.get());
      }
    }
    assertThat(lines).containsExactly("1a", "2", "3b", "4c", "5", "6d");
  }

  @Test
  void refusesALineOrAFileWithoutEnd() throws Exception {
    try (var text = source("short\n" + "x".repeat(11)).lines("x", 100, 10)) {
      text.next();
      assertThatThrownBy(text::next)
          .isInstanceOf(LabelMistake.class)
          .hasMessage("x:2: a line of more than 10 characters");
    }
    assertThatThrownBy(() -> source("x".repeat(101)).open("x", 100).readAllBytes())
        .isInstanceOf(LabelsTooLarge.class)
        .hasMessage("x: more than 100 bytes");
    try (var whole = source("x".repeat(100)).open("x", 100)) {
      assertThat(whole).hasContent("x".repeat(100));
    }
  }

  @Test
  void countsFindingsAndRemembersTheFirstThousandAndTellsAll() {
    var told = new ArrayList<Finding>();
    var findings = new Findings(told::add);
    for (int i = 0; i < 1_500; i++) {
      findings.add(Finding.Kind.EMPTY, "f", i, "text");
    }
    findings.notKept("f", 1, "a part");
    findings.notKept("f", 2, "a part");
    assertThat(findings.kept()).hasSize(1_000);
    assertThat(told).hasSize(1_501);
    assertThat(findings.counts())
        .containsEntry(Finding.Kind.EMPTY, 1_500L)
        .containsEntry(Finding.Kind.NOT_KEPT, 1L);
  }

  private static LabelSource source(String text) {
    return LabelSource.of(new MemoryFolder().with("x", text));
  }
}
