package dev.fovea.vision.tiling;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.teamfile.TilesSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Which tiles an image has, as SAHI's {@code get_slice_bboxes} has them (obss/sahi,
 * sahi/slicing.py): row by row from the upper left corner, each a tile less the overlap further
 * than the one before. The first one that reaches or passes an edge is the last in its direction,
 * and is pulled back until it ends there, so that all tiles have one size and the last overlap is
 * the largest. An image that is no larger than a tile is one tile.
 */
public final class Tiling {
  private Tiling() {}

  /**
   * The tiles, and the whole image at the end where the spec wants it and there are several.
   *
   * @param width of the image, in pixels, 1 or more
   * @param height of the image
   * @return at most {@link TilesSpec#MOST_TILES} and one
   * @throws InvalidRequest when it has more tiles
   */
  public static List<Tile> of(TilesSpec spec, int width, int height) {
    if (Math.min(width, height) < 1) {
      throw new IllegalArgumentException(
          "image: %d x %d px (expected: each 1 or more)".formatted(width, height));
    }
    int stepX = step(spec.width(), spec.overlap());
    int stepY = step(spec.height(), spec.overlap());
    long columns = count(width, spec.width(), stepX);
    long rows = count(height, spec.height(), stepY);
    if (columns * rows > TilesSpec.MOST_TILES) {
      throw new InvalidRequest(
          "image of %d x %d px: %,d tiles of %d x %d px with overlap %s (expected: at most %,d)"
              .formatted(
                  width,
                  height,
                  columns * rows,
                  spec.width(),
                  spec.height(),
                  spec.overlap(),
                  TilesSpec.MOST_TILES),
          "make the tiles larger or the overlap smaller under release.detector.tiles in fovea.yaml, or the image smaller");
    }
    int tileWidth = Math.min(spec.width(), width);
    int tileHeight = Math.min(spec.height(), height);
    var tiles = new ArrayList<Tile>();
    for (int row = 0; row < rows; row++) {
      int top = Math.min(row * stepY, height - tileHeight);
      for (int column = 0; column < columns; column++) {
        int left = Math.min(column * stepX, width - tileWidth);
        tiles.add(new Tile(left, top, tileWidth, tileHeight));
      }
    }
    if (spec.whole() && tiles.size() > 1) {
      tiles.add(new Tile(0, 0, width, height));
    }
    return tiles;
  }

  private static int step(int side, double overlap) {
    return side - (int) (overlap * side);
  }

  /** As many as it takes until one reaches the edge. */
  private static long count(int length, int side, int step) {
    return length <= side ? 1 : 1 + Math.ceilDiv(length - side, step);
  }
}
