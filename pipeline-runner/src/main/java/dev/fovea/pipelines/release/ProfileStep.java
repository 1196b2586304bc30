package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.Lab;
import dev.fovea.lab.ProfileJob;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.Gate.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Has both variants profiled on every device that a rule names. Devices are shared, so the job ends
 * while it waits for them, and the lab's event starts it again here.
 */
final class ProfileStep implements JobStep<ReleaseState> {
  static final String NAME = "profile";

  private static final int WARM_UP = 50;

  /** Enough for a p99 whose interval has both ends, which takes 368. */
  private static final int SAMPLES = 1_000;

  private final Lab lab;

  ProfileStep(Lab lab) {
    this.lab = lab;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) {
    var jobs = new ArrayList<ProfileJob>();
    var unknown = new ArrayList<Name>();
    for (var device : state.devices()) {
      for (var form : Variant.values()) {
        job(state, form, device).ifPresentOrElse(jobs::add, () -> unknown.add(device));
      }
    }
    for (var job : jobs) {
      if (job.state() == ProfileJob.State.FAILED) {
        state
            .devices()
            .forEach(device ->
                List.of(Variant.values()).forEach(form -> state.forgetProfileJob(form, device)));
        throw new ProfileFailed(job.device().text(), job.failure().orElse("it gave no reason"));
      }
    }
    var open = jobs.stream().filter(job -> job.profile().isEmpty()).toList();
    if (!open.isEmpty()) {
      return new Outcome.Waiting(
          "waits for %d of %d profiles; %d jobs are ahead on %s"
              .formatted(
                  open.size(), jobs.size(), open.getFirst().ahead(), open.getFirst().device()));
    }
    var summary = summary(jobs, unknown.stream().distinct().toList());
    return new Outcome.Done(jobs.isEmpty() ? summary : summary + ofOnePass(state), List.of());
  }

  private static String ofOnePass(ReleaseState state) {
    return state.spec().detector().flatMap(DetectorSpec::tiles).isPresent()
        ? "; of one pass of the model, of which an image in tiles takes as many as 'evaluate' says"
        : "";
  }

  private Optional<ProfileJob> job(ReleaseState state, Variant form, Name device) {
    var asked = state.profileJob(form, device);
    if (asked.isPresent()) {
      return Optional.of(lab.job(asked.get()));
    }
    try {
      var job = lab.request(request(state, state.variant(form), device));
      state.profileJob(form, device, job.id());
      return Optional.of(job);
    } catch (NoSuchThing _) {
      // The rule that names the device will say so: it is the policy that is wrong, not this job.
      return Optional.empty();
    }
  }

  private static Lab.ProfileRequest request(ReleaseState state, Digest model, Name device) {
    return new Lab.ProfileRequest(
        state.order().project(),
        device,
        model,
        Pictures.shape(state.spec().preprocess()),
        WARM_UP,
        SAMPLES);
  }

  private static String summary(List<ProfileJob> jobs, List<Name> unknown) {
    var parts = new ArrayList<String>();
    for (int i = 0; i + 1 < jobs.size(); i += 2) {
      var fp32 = jobs.get(i).profile().orElseThrow().latencies().p50().value();
      var int8 = jobs.get(i + 1).profile().orElseThrow().latencies().p50().value();
      parts.add(
          String.format(
              Locale.ROOT, "%s: p50 fp32 %.3f ms, int8 %.3f ms", jobs.get(i).device(), fp32, int8));
    }
    unknown.forEach(device -> parts.add("the lab has no device " + device));
    return parts.isEmpty() ? "no rule names a device" : String.join("; ", parts);
  }
}
