package dev.fovea.pipelines.precision;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.lab.ProfileJob;
import dev.fovea.onnx.quantize.search.LatencyProbe;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The time that models take on a device of the lab. There is no other time in its place: a device
 * that is not there, or falls silent, ends the search. All models are timed on one device, also
 * where a label names several.
 */
final class LabLatency implements LatencyProbe {
  private static final int WARM_UP = 20;
  private static final int SAMPLES = 200;

  private final Lab lab;
  private final ObjectStore objects;
  private final Subject subject;
  private final Waiting waiting;
  private @Nullable Profile first;
  private @Nullable NotTimed gone;

  /**
   * What is timed where.
   *
   * @param device a device's name or a label
   * @param input the shape of the input, batch included
   */
  record Subject(Name project, Name device, List<Long> input) {}

  /**
   * How long a device may take for one model, the models of others before it included.
   *
   * @param each between two looks at the job
   */
  record Waiting(Duration each, Duration most) {
    static final Waiting USUAL = new Waiting(Duration.ofMillis(200), Duration.ofMinutes(30));
  }

  LabLatency(Lab lab, ObjectStore objects, Subject subject, Waiting waiting) {
    this.lab = lab;
    this.objects = objects;
    this.subject = subject;
    this.waiting = waiting;
  }

  /**
   * Has it profiled.
   *
   * @throws dev.fovea.kernel.NoSuchThing where the lab has no such device
   * @throws NotTimed where the device could not run it, or says nothing
   */
  @Override
  public Latency measure(Path model) throws IOException {
    if (gone != null) {
      throw gone;
    }
    var profile = profile(objects.put(model));
    if (first == null) {
      first = profile;
    }
    var p50 = profile.latencies().p50();
    if (!(p50.low() >= 0 && p50.low() <= p50.value() && p50.value() <= p50.high())
        || Double.isInfinite(p50.high())) {
      throw new NotTimed(profile.device().text(), "its median %s is no time".formatted(p50));
    }
    return new Latency(p50.value(), p50.low(), p50.high(), profile.samples());
  }

  /** The profile of the model that was timed first; it says which device it was. */
  Optional<Profile> first() {
    return Optional.ofNullable(first);
  }

  /** Why no more models are timed, where the device was lost on the way. */
  Optional<NotTimed> gone() {
    return Optional.ofNullable(gone);
  }

  private Profile profile(Digest model) {
    var device = first == null ? subject.device() : first.device();
    try {
      return awaited(
          device,
          lab.request(
              new Lab.ProfileRequest(
                  subject.project(), device, model, subject.input(), WARM_UP, SAMPLES)));
    } catch (NotTimed e) {
      throw e;
    } catch (Problem e) {
      if (first != null && isLost(e)) {
        throw lost(device, e.explanation());
      }
      throw e;
    }
  }

  private Profile awaited(Name device, ProfileJob requested) {
    var job = requested;
    long start = System.nanoTime();
    while (job.profile().isEmpty()) {
      if (job.state() == ProfileJob.State.FAILED) {
        throw new NotTimed(device.text(), job.failure().orElse("it gave no reason"));
      }
      if (System.nanoTime() - start > waiting.most().toNanos()) {
        throw lost(
            device,
            "no result within %d s, %d jobs are ahead"
                .formatted(waiting.most().toSeconds(), job.ahead()));
      }
      pause();
      job = lab.job(job.id());
    }
    return job.profile().get();
  }

  private static boolean isLost(Problem problem) {
    return switch (problem.kind()) {
      case NOT_FOUND, CONFLICT, UNAVAILABLE, FORBIDDEN, UNAUTHENTICATED -> true;
      case INVALID, REFUSED, TOO_LARGE -> false;
    };
  }

  private NotTimed lost(Name device, String why) {
    gone = new NotTimed(device.text(), why);
    return gone;
  }

  private void pause() {
    try {
      Thread.sleep(waiting.each());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a device measured", e);
    }
  }
}
