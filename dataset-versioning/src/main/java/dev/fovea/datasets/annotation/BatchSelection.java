package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Annotation.Selection;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Frame;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.annotation.FrameSelector.Candidate;
import dev.fovea.datasets.annotation.FrameSelector.Chosen;
import dev.fovea.datasets.frames.CapturedFrames;
import dev.fovea.datasets.quality.images.ImageChecks;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Finds the frames that could be chosen, and chooses. */
@Component
class BatchSelection {
  private static final int MAX_CANDIDATES = 5_000;

  // More than the pool, since near-duplicates and broken images drop out of it.
  private static final int SPARE = 4;

  private final CapturedFrames frames;
  private final ImageChecks images;
  private final ObjectStore objects;
  private final SelectionProperties properties;

  BatchSelection(
      CapturedFrames frames,
      ImageChecks images,
      ObjectStore objects,
      SelectionProperties properties) {
    this.frames = frames;
    this.images = images;
    this.objects = objects;
    this.properties = properties;
  }

  /**
   * The frames most worth labelling for the dataset whose head is given.
   *
   * @throws InvalidRequest when the dataset holds objects
   * @throws NoSuchThing when no frame waits
   */
  List<Chosen> choose(Name project, DatasetVersion head, Selection selection) throws IOException {
    var manifest = Manifest.read(objects, head.digest());
    if (manifest.holdsObjects()) {
      throw new InvalidRequest(
          "dataset %s holds objects, and frames are labelled with a class as a whole"
              .formatted(selection.dataset()),
          "choose frames for a dataset of classified images; label objects in another tool and push"
              + " them");
    }
    var known = manifest.samples().stream().map(Sample::image).collect(Collectors.toSet());
    int limit =
        (int) Math.min(MAX_CANDIDATES, (long) selection.budget() * properties.pool() * SPARE);
    var unsure =
        frames.unsure(project, selection.model(), limit).stream()
            .filter(frame -> !known.contains(frame.image()))
            .toList();
    var verdicts = images.verdicts(unsure.stream().map(Frame::image).toList());
    var candidates = new ArrayList<Candidate>();
    for (var frame : unsure) {
      var verdict = verdicts.get(frame.image());
      if (verdict != null && verdict.decodes()) {
        candidates.add(new Candidate(frame, verdict.dhash()));
      }
    }
    var chosen =
        new FrameSelector(properties.nearDuplicateBits(), properties.pool())
            .choose(candidates, head.classes(), selection.budget());
    if (chosen.isEmpty()) {
      throw new NoSuchThing(
          "frame without a label from model",
          selection.model().text(),
          "send traffic to the deployed model, or wait for frames that it is unsure of");
    }
    return chosen;
  }

  /** The batch of these frames; their order does not count. */
  static Digest digest(Selection selection, List<Chosen> chosen) {
    var items =
        chosen.stream()
            .map(each -> each.frame().image() + " " + each.frame().variant())
            .sorted()
            .collect(Collectors.joining("\n"));
    var text =
        "fovea-batch-1\n%s\n%s\n%s\n".formatted(selection.dataset(), selection.model(), items);
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
