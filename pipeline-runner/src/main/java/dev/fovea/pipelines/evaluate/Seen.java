package dev.fovea.pipelines.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.TilesSpec;
import dev.fovea.vision.detection.Detection;
import java.util.List;
import java.util.Optional;

/**
 * What a detector saw in one image.
 *
 * @param path the image's path in its dataset
 * @param detections the surest first, no more than the team file lets stay
 * @param unusable how many outputs are no detection because a number of them is not finite or their
 *     box encloses nothing
 * @param passes how often the model ran; absent where the image was not in tiles, and left out of
 *     the JSON then
 */
public record Seen(
    Digest image,
    String path,
    List<Detection> detections,
    int unusable,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Optional<Integer> passes)
    implements Answer {
  /** The tiles and the whole image. */
  private static final int MOST_PASSES = TilesSpec.MOST_TILES + 1;

  public Seen {
    detections = List.copyOf(detections);
  }

  /** In an image that was seen at once. */
  public Seen(Digest image, String path, List<Detection> detections, int unusable) {
    this(image, path, detections, unusable, Optional.empty());
  }

  @Override
  public boolean fits(Shard shard, Sample sample) {
    return image.equals(sample.image())
        && path.equals(sample.path())
        && unusable >= 0
        && shard.detector().filter(this::fits).isPresent()
        && detections.stream().allMatch(each -> each.category() < shard.classes().size());
  }

  private boolean fits(DetectorSpec spec) {
    return detections.size() <= spec.most()
        && passes.isPresent() == spec.tiles().isPresent()
        && passes.stream().allMatch(count -> count >= 1 && count <= MOST_PASSES);
  }
}
