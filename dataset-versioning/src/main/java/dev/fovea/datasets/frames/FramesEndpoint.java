package dev.fovea.datasets.frames;

import dev.fovea.datasets.Frame;
import dev.fovea.datasets.Frames;
import dev.fovea.datasets.versions.RegisteredProjects;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.springframework.web.bind.annotation.RestController;

@RestController
class FramesEndpoint implements Frames {
  private static final int MAX_FRAMES = 1_000;
  private static final int MAX_LISTED = 500;
  private static final int MAX_CLASSES = 10_000;
  private static final int MAX_WORD_CHARS = 200;

  private final CapturedFrames frames;
  private final RegisteredProjects projects;
  private final ObjectStore objects;

  FramesEndpoint(CapturedFrames frames, RegisteredProjects projects, ObjectStore objects) {
    this.frames = frames;
    this.projects = projects;
    this.objects = objects;
  }

  @Override
  public void capture(Name project, List<Frame> captured) {
    projects.require(project);
    if (captured.size() > MAX_FRAMES) {
      throw new InvalidRequest(
          "%d frames (expected: at most %d)".formatted(captured.size(), MAX_FRAMES),
          "send them in parts");
    }
    captured.forEach(this::requireSound);
    frames.add(project, captured);
  }

  private void requireSound(Frame frame) {
    requireShare(frame, "confidence", frame.confidence());
    requireShare(frame, "margin", frame.margin());
    frame.probabilities().forEach(share -> requireShare(frame, "probability", share));
    if (frame.probabilities().size() > MAX_CLASSES) {
      throw refused(
          frame,
          "%d probabilities (expected: at most %d)"
              .formatted(frame.probabilities().size(), MAX_CLASSES));
    }
    for (var word : List.of(frame.arm(), frame.answer(), frame.reason())) {
      if (word.isBlank() || word.length() > MAX_WORD_CHARS || word.indexOf('\0') >= 0) {
        throw refused(
            frame,
            "'%s' (expected: 1 to %d characters)".formatted(Text.excerpt(word), MAX_WORD_CHARS));
      }
    }
    try {
      if (!objects.exists(frame.image())) {
        throw new NoSuchObject(frame.image());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for image " + frame.image(), e);
    }
  }

  private static void requireShare(Frame frame, String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw refused(frame, "%s: %s (expected: 0 to 1)".formatted(what, value));
    }
  }

  private static InvalidRequest refused(Frame frame, String what) {
    return new InvalidRequest(
        "frame %s: %s".formatted(frame.image().abbreviated(), what),
        "capture it with the model's own answer");
  }

  @Override
  public List<Frame> newest(Name project, int limit) {
    if (limit < 1 || limit > MAX_LISTED) {
      throw new InvalidRequest(
          "limit: %d (expected: 1 to %d)".formatted(limit, MAX_LISTED), "ask for fewer");
    }
    return frames.newest(project, limit);
  }

  @Override
  public Frame frame(Name project, Digest image) {
    return frames
        .find(project, image)
        .orElseThrow(() ->
            new NoSuchThing("frame", image.toString(), "run 'fovea frames' to see the newest"));
  }

  @Override
  public long count(Name project) {
    return frames.count(project);
  }
}
