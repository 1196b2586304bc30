package dev.fovea.web.runs;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.SweepResults;
import dev.fovea.registry.SweepTrial.State;
import dev.fovea.web.Shell;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;

/** Searches over hyperparameters: the list, and one with its trials. */
@Controller
class SweepPages {
  private static final int TRIALS = 50;

  private final SweepResults sweeps;

  SweepPages(SweepResults sweeps) {
    this.sweeps = sweeps;
  }

  @GetMapping("/{project}/sweeps")
  String list(
      @PathVariable("project") Name project,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    page.addAttribute("shell", shell.at(new Shell.Crumb("Runs", "/" + project + "/runs")));
    page.addAttribute("sweeps", sweeps.newest(project));
    return "sweeps";
  }

  @GetMapping("/{project}/sweeps/{sweep}")
  String sweep(
      @PathVariable("project") Name project,
      @PathVariable("sweep") Name name,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletRequest request,
      Model page) {
    int from = from(request);
    boolean log = "log".equals(request.getParameter("scale"));
    var report = sweeps.report(project, name, from, TRIALS);
    page.addAttribute(
        "shell",
        shell.at(
            new Shell.Crumb("Runs", "/" + project + "/runs"),
            new Shell.Crumb("Sweeps", "/" + project + "/sweeps")));
    page.addAttribute("title", name.text());
    page.addAttribute("report", report);
    page.addAttribute("sweep", report.sweep());
    page.addAttribute("log", log);
    page.addAttribute("from", from);
    page.addAttribute("here", "/%s/sweeps/%s".formatted(project, name));
    page.addAttribute("moving", report.sweep().in(State.RUNNING) > 0);
    page.addAttribute("best", SweepPlots.bestSoFar(report, log));
    page.addAttribute("tradeoff", SweepPlots.tradeoff(report, log));
    page.addAttribute("courses", SweepPlots.courses(report, log));
    page.addAttribute("coordinates", SweepPlots.coordinates(report));
    page.addAttribute(
        "next",
        report.trials().size() < TRIALS
            ? Optional.empty()
            : Optional.of(report.trials().getLast().number() + 1)
                .filter(number -> report.sweep().began() > number));
    return "sweep";
  }

  private static int from(HttpServletRequest request) {
    var text = Optional.ofNullable(request.getParameter("from")).orElse("0");
    if (!text.matches("\\d{1,6}")) {
      throw new InvalidRequest(
          "from: '%s' (expected: the number of a trial)".formatted(Text.excerpt(text)),
          "give a number from 0");
    }
    return Integer.parseInt(text);
  }
}
