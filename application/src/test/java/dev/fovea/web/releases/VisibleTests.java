package dev.fovea.web.releases;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTests {
  @Test
  void writesHiddenCharactersAsTheirCodePoints() {
    assertThat(Visible.text("a\u202Eb\u0000c\u2066\uFEFF"))
        .isEqualTo("a[U+202E]b[U+0000]c[U+2066][U+FEFF]");
    assertThat(Visible.text("\ud83d")).isEqualTo("[U+D83D]");
  }

  @Test
  void leavesWhatPeopleWrite() {
    var text = "Prüfung 写真 \u0646\u200C\u0647 🙂\n\t";
    assertThat(Visible.text(text)).isSameAs(text);
  }
}
