package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameTest {
  private static final Frame GREY =
      Frame.of(4, 3, 1, new byte[] {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23});

  @Test
  void cutsAPartOfEveryRow() {
    assertThat(GREY.cut(1, 1, 2, 2)).isEqualTo(Frame.of(2, 2, 1, new byte[] {11, 12, 21, 22}));
    assertThat(GREY.cut(3, 0, 1, 3)).isEqualTo(Frame.of(1, 3, 1, new byte[] {3, 13, 23}));
    assertThat(GREY.cut(0, 0, 4, 3)).isSameAs(GREY);
  }

  @Test
  void keepsTheChannelsOfAPixelTogether() {
    var rgb = Frame.of(2, 2, 3, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    assertThat(rgb.cut(1, 0, 1, 2)).isEqualTo(Frame.of(1, 2, 3, new byte[] {4, 5, 6, 10, 11, 12}));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0, 1, 1",
    "0, -1, 1, 1",
    "0, 0, 0, 1",
    "0, 0, 1, 0",
    "3, 0, 2, 1",
    "0, 2, 1, 2",
    "2147483647, 0, 1, 1",
    "1, 0, 2147483647, 1"
  })
  void refusesWhatLiesOutside(int left, int top, int width, int height) {
    assertThatThrownBy(() -> GREY.cut(left, top, width, height))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: within 4 x 3 px");
  }
}
