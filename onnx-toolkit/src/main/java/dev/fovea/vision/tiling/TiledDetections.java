package dev.fovea.vision.tiling;

import dev.fovea.teamfile.TilesSpec;
import dev.fovea.vision.detection.Detection;
import dev.fovea.vision.detection.Detections;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found in the tiles of one image, gathered one tile after the other. Memory is bounded:
 * of more than {@value #MOST} detections the surest are merged.
 */
final class TiledDetections {
  /** How many are merged. */
  static final int MOST = 30_000;

  private final Merging merging;
  private final int most;
  private List<Detection> found = new ArrayList<>();
  private int unusable;

  /**
   * @param most how many stay in the end, the surest
   */
  TiledDetections(TilesSpec spec, int most) {
    this.merging = new Merging(spec);
    this.most = most;
  }

  /** Adds what was found in a tile. */
  void add(Tile tile, Detections seen) {
    seen.found().forEach(each -> found.add(tile.inImage(each)));
    unusable += seen.unusable();
    if (found.size() > 2 * MOST) {
      found = surest();
    }
  }

  /** What is in the image. */
  Detections merged() {
    return new Detections(merging.merged(surest(), most), unusable);
  }

  private List<Detection> surest() {
    return found.size() <= MOST
        ? found
        : new ArrayList<>(found.stream().sorted(Merging.ORDER).limit(MOST).toList());
  }
}
