package dev.fovea.web.lab;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Agents;
import dev.fovea.lab.Device;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.roles.Callers;
import dev.fovea.roles.Problems;
import dev.fovea.web.Part;
import dev.fovea.web.Plot;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/**
 * Devices and what was measured on them. The lab belongs to the installation; every project sees
 * it.
 */
@Controller
class LabPages {
  private static final int HEIGHT = 170;
  private final Lab lab;
  private final Agents agents;

  LabPages(Lab lab, Agents agents) {
    this.lab = lab;
    this.agents = agents;
  }

  /** A device with its newest profiles. */
  record Bench(Device device, List<Profile> profiles) {
    public Optional<Profile> latest() {
      return profiles.stream().findFirst();
    }
  }

  @GetMapping("/{project}/lab")
  String devices(
      @PathVariable("project") Name project,
      @RequestParam(name = "of", required = false) Optional<Name> chosen,
      Model page) {
    var benches =
        Part.of(() ->
            lab.devices().stream()
                .map(device ->
                    new Bench(device, Part.of(() -> lab.profiles(device.name())).or(List.of())))
                .toList());
    page.addAttribute("benches", benches);
    page.addAttribute("answer", answer(benches));
    page.addAttribute("invited", Part.of(agents::invitations).or(List.of()));
    page.addAttribute("keeper", Callers.current().roles().contains(Caller.Role.ADMIN));
    benches.or(List.of()).stream()
        .filter(
            bench -> chosen.map(bench.device().name()::equals).orElse(!bench.profiles().isEmpty()))
        .findFirst()
        .ifPresent(bench -> {
          page.addAttribute("bench", bench);
          bench
              .latest()
              .filter(profile -> !profile.trace().isEmpty())
              .ifPresent(profile -> page.addAttribute("plot", plot(profile)));
        });
    return "lab";
  }

  /** The code is on the answer of this request and nowhere else, so it is no redirect. */
  @PostMapping("/{project}/lab/invite")
  String invite(
      @PathVariable("project") Name project,
      @RequestParam("device") String device,
      @RequestParam("kind") String kind,
      @RequestParam(name = "label", defaultValue = "") String label,
      HttpServletResponse response,
      Model page) {
    try {
      var invitation =
          agents.invite(
              new Agents.InviteRequest(
                  name("device", device),
                  kind,
                  Optional.of(label.strip())
                      .filter(text -> !text.isEmpty())
                      .map(text -> name("label", text))));
      page.addAttribute("invitation", invitation);
      page.addAttribute(
          "command",
          "./fovea agent --server %s --code %s"
              .formatted(
                  ServletUriComponentsBuilder.fromCurrentContextPath().toUriString(),
                  invitation.code()));
    } catch (Problem problem) {
      page.addAttribute("refusal", problem);
      response.setStatus(Problems.status(problem.kind()).value());
    }
    return devices(project, Optional.empty(), page);
  }

  private static Name name(String field, String text) {
    try {
      return Name.of(text.strip());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(field + ": " + e.getMessage(), "choose another " + field);
    }
  }

  private static String answer(Part<List<Bench>> benches) {
    var devices = benches.or(List.of()).stream().map(Bench::device).toList();
    if (devices.isEmpty()) {
      return "Lab";
    }
    var parts = new ArrayList<String>();
    var lost = devices.stream().filter(device -> device.state() == Device.State.LOST).count();
    var works = devices.size() - lost;
    if (lost > 0) {
      parts.add(lost + (lost == 1 ? " device is lost" : " devices are lost"));
    }
    if (works > 0) {
      parts.add(
          works
              + (lost > 0
                  ? works == 1 ? " works" : " work"
                  : works == 1 ? " device works" : " devices work"));
    }
    return String.join(", ", parts);
  }

  private static Plot plot(Profile profile) {
    var trace = profile.trace();
    double most = trace.stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double top = step(most) * Math.ceil(most / step(most));
    var pen = Plot.pen(HEIGHT, new Plot.Scale.Linear(0, top));
    for (double at = 0; at <= top + 1e-9; at += step(most)) {
      pen.row(at, at == 0 ? "0" : String.valueOf(Math.round(at * 1000) / 1000.0));
    }
    var latencies = profile.latencies();
    return pen.column(0, "first")
        .column(1, "last")
        .line("latency", "c-ink", trace)
        .says(
            String.format(
                Locale.ROOT,
                "Latency in the order it was taken: median %.3g ms, p99 %.3g ms.",
                latencies.p50().value(),
                latencies.p99().value()));
  }

  /** A round step that gives three to six rules. */
  private static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-9))));
    double share = most / power;
    return power * (share < 1.5 ? .25 : share < 3 ? .5 : share < 6 ? 1 : 2);
  }
}
