package dev.fovea.vision.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.teamfile.TilesSpec;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {
  @Test
  void pullsTheLastTileBackToTheEdge() {
    assertThat(Tiling.of(spec(400, 400, 0.2, false), 1_000, 400))
        .containsExactly(
            new Tile(0, 0, 400, 400), new Tile(320, 0, 400, 400), new Tile(600, 0, 400, 400));
  }

  @Test
  void endsWhereATileReachesTheEdge() {
    assertThat(Tiling.of(spec(400, 400, 0.2, false), 720, 400))
        .containsExactly(new Tile(0, 0, 400, 400), new Tile(320, 0, 400, 400));
  }

  @Test
  void goesRowByRowAndAddsTheWholeAtTheEnd() {
    assertThat(Tiling.of(spec(64, 32, 0, true), 128, 65))
        .containsExactly(
            new Tile(0, 0, 64, 32),
            new Tile(64, 0, 64, 32),
            new Tile(0, 32, 64, 32),
            new Tile(64, 32, 64, 32),
            new Tile(0, 33, 64, 32),
            new Tile(64, 33, 64, 32),
            new Tile(0, 0, 128, 65));
  }

  @Test
  void isOneTileWhereTheImageIsNoLarger() {
    for (boolean whole : new boolean[] {true, false}) {
      assertThat(Tiling.of(spec(400, 300, 0.2, whole), 399, 200))
          .containsExactly(new Tile(0, 0, 399, 200));
      assertThat(Tiling.of(spec(400, 300, 0.2, whole), 400, 300))
          .containsExactly(new Tile(0, 0, 400, 300));
    }
    assertThat(Tiling.of(spec(400, 300, 0.2, false), 500, 200))
        .as("narrower in one direction")
        .containsExactly(new Tile(0, 0, 400, 200), new Tile(100, 0, 400, 200));
  }

  /** The overlap in pixels is cut off, not rounded, as Python's int does. */
  @ParameterizedTest
  @CsvSource({"100, 0.29, 72", "100, 0.57, 44", "640, 0.2, 512", "16, 0.9, 2", "33, 0.5, 17"})
  void stepsByTheTileLessTheWholePixelsOfTheOverlap(int side, double overlap, int step) {
    var tiles = Tiling.of(spec(side, side, overlap, false), side + 3 * step, side);
    assertThat(tiles).extracting(Tile::left).containsExactly(0, step, 2 * step, 3 * step);
  }

  @Test
  void doesWhatTheLoopsOfItsDefinitionDo() {
    var random = new SplittableRandom(5);
    for (int round = 0; round < 2_000; round++) {
      int width = random.nextInt(1, 700);
      int height = random.nextInt(1, 700);
      var spec =
          spec(
              random.nextInt(80, 400),
              random.nextInt(80, 400),
              random.nextInt(0, 61) / 100.0,
              false);
      assertThat(Tiling.of(spec, width, height))
          .as("%s of %d x %d px", spec, width, height)
          .containsExactlyElementsOf(byDefinition(spec, width, height));
    }
  }

  @Test
  void coversEveryPixelByTilesOfOneSizeThatOverlap() {
    var random = new SplittableRandom(6);
    for (int round = 0; round < 200; round++) {
      int width = random.nextInt(1, 300);
      int height = random.nextInt(1, 300);
      var spec =
          spec(random.nextInt(32, 200), random.nextInt(32, 200), random.nextDouble(0.5), false);
      var tiles = Tiling.of(spec, width, height);
      assertThat(tiles).doesNotHaveDuplicates();
      var seen = new boolean[width][height];
      for (var tile : tiles) {
        assertThat(tile.width()).isEqualTo(Math.min(spec.width(), width));
        assertThat(tile.height()).isEqualTo(Math.min(spec.height(), height));
        for (int x = tile.left(); x < tile.left() + tile.width(); x++) {
          for (int y = tile.top(); y < tile.top() + tile.height(); y++) {
            seen[x][y] = true; // throws where a tile leaves the image
          }
        }
      }
      for (var column : seen) {
        assertThat(column).doesNotContain(false);
      }
      assertOverlap(tiles.stream().mapToInt(Tile::left), spec.width(), spec.overlap());
      assertOverlap(tiles.stream().mapToInt(Tile::top), spec.height(), spec.overlap());
    }
  }

  @Test
  void refusesAnImageOfMoreTilesThanItCounts() {
    assertThat(Tiling.of(spec(16, 16, 0, true), 32 * 16, 32 * 16)).hasSize(1_025);
    assertThatThrownBy(() -> Tiling.of(spec(16, 16, 0, true), 32 * 16, 32 * 16 + 1))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage(
            "image of 512 x 513 px: 1,056 tiles of 16 x 16 px with overlap 0.0 (expected: at most 1,024)")
        .extracting(e -> ((InvalidRequest) e).remedy())
        .asString()
        .contains("release.detector.tiles in fovea.yaml");
    assertThatThrownBy(
            () -> Tiling.of(spec(16, 16, 0.9, true), Integer.MAX_VALUE, Integer.MAX_VALUE))
        .hasMessageContaining("tiles of 16 x 16 px");
    assertThatThrownBy(() -> Tiling.of(spec(16, 16, 0, true), 0, 5))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertOverlap(IntStream begins, int side, double overlap) {
    var sorted = begins.sorted().distinct().toArray();
    for (int i = 1; i < sorted.length; i++) {
      assertThat(sorted[i - 1] + side - sorted[i]).isGreaterThanOrEqualTo((int) (overlap * side));
    }
  }

  /** Both coordinates in loops, with ends that run over and are put right, as SAHI has it. */
  private static List<Tile> byDefinition(TilesSpec spec, int width, int height) {
    var tiles = new ArrayList<Tile>();
    int bottom = 0;
    for (int top = 0; bottom < height; top = bottom - (int) (spec.overlap() * spec.height())) {
      bottom = top + spec.height();
      int right = 0;
      for (int left = 0; right < width; left = right - (int) (spec.overlap() * spec.width())) {
        right = left + spec.width();
        int x2 = Math.min(right, width);
        int y2 = Math.min(bottom, height);
        int x1 = Math.max(0, x2 - spec.width());
        int y1 = Math.max(0, y2 - spec.height());
        tiles.add(new Tile(x1, y1, x2 - x1, y2 - y1));
      }
    }
    return tiles;
  }

  private static TilesSpec spec(int width, int height, double overlap, boolean whole) {
    return new TilesSpec(width, height, overlap, whole, Merge.GREEDY_NMM, Match.IOS, 0.5);
  }
}
