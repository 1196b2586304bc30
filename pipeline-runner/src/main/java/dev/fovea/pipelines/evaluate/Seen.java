package dev.fovea.pipelines.evaluate;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.vision.detection.Detection;
import java.util.List;

/**
 * What a detector saw in one image.
 *
 * @param path the image's path in its dataset
 * @param detections the surest first, no more than the team file lets stay
 * @param unusable how many outputs are no detection because a number of them is not finite or their
 *     box encloses nothing
 */
public record Seen(Digest image, String path, List<Detection> detections, int unusable)
    implements Answer {
  public Seen {
    detections = List.copyOf(detections);
  }

  @Override
  public boolean fits(Shard shard, Sample sample) {
    return image.equals(sample.image())
        && path.equals(sample.path())
        && unusable >= 0
        && shard.detector().filter(spec -> detections.size() <= spec.most()).isPresent()
        && detections.stream().allMatch(each -> each.category() < shard.classes().size());
  }
}
