package dev.fovea.registry.sweep;

import dev.fovea.kernel.Name;
import dev.fovea.registry.sweep.SweepAnswers.Asked;
import dev.fovea.registry.sweep.SweepAnswers.Decision;
import dev.fovea.registry.sweep.SweepAnswers.Ended;
import dev.fovea.registry.sweep.SweepAnswers.Progress;
import dev.fovea.registry.sweep.TrialRows.Holder;
import dev.fovea.registry.sweep.trial.Report;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The calls of scripts in any language; bodies are read by hand, within limits. */
@RestController
@RequestMapping("/api/v1/projects/{project}/sweeps")
class SweepCalls {
  private static final int MOST_LEASE_SECONDS = 24 * 60 * 60;
  private static final long MOST_STEP = 1_000_000_000_000L;
  private static final int WORD = 100;

  private final Sweeps sweeps;

  SweepCalls(Sweeps sweeps) {
    this.sweeps = sweeps;
  }

  @PostMapping
  Progress create(@PathVariable("project") Name project, HttpServletRequest request)
      throws IOException {
    return sweeps.create(project, SweepPlan.of(Body.of(request, SweepPlan.FIELDS)));
  }

  @GetMapping("/{sweep}")
  Progress progress(@PathVariable("project") Name project, @PathVariable("sweep") Name sweep) {
    return sweeps.progress(project, sweep);
  }

  @PostMapping("/{sweep}/ask")
  Asked ask(
      @PathVariable("project") Name project,
      @PathVariable("sweep") Name sweep,
      HttpServletRequest request)
      throws IOException {
    var body = Body.of(request, "worker", "key", "leaseSeconds");
    return sweeps.ask(
        project,
        sweep,
        new Holder(
            body.text("worker", WORD),
            body.text("key", WORD),
            (int) body.whole("leaseSeconds", 1, MOST_LEASE_SECONDS)));
  }

  @PostMapping("/{sweep}/trials/{number}/report")
  Decision report(
      @PathVariable("project") Name project,
      @PathVariable("sweep") Name sweep,
      @PathVariable("number") int number,
      HttpServletRequest request)
      throws IOException {
    var body = Body.of(request, "lease", "step", "value");
    return sweeps.report(
        project,
        sweep,
        number,
        body.text("lease", WORD),
        new Report(body.whole("step", 0, MOST_STEP), body.number("value")));
  }

  @PostMapping("/{sweep}/trials/{number}/tell")
  Ended tell(
      @PathVariable("project") Name project,
      @PathVariable("sweep") Name sweep,
      @PathVariable("number") int number,
      HttpServletRequest request)
      throws IOException {
    var body = Body.of(request, "lease", "state", "value", "latency");
    return sweeps.tell(project, sweep, number, body.text("lease", WORD), Told.of(body));
  }

  /** Whether a trial goes on, by what is known of it now; it is a sign of life, too. */
  @GetMapping("/{sweep}/trials/{number}/should-stop")
  Decision decide(
      @PathVariable("project") Name project,
      @PathVariable("sweep") Name sweep,
      @PathVariable("number") int number,
      @RequestParam("lease") String lease) {
    return sweeps.decide(project, sweep, number, lease);
  }
}
