package dev.fovea.web.build;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.registry.ModelVersion;
import dev.fovea.registry.Models;
import dev.fovea.registry.SignedModels;
import dev.fovea.web.Part;
import dev.fovea.web.Shell;
import dev.fovea.web.ShortDigest;
import dev.fovea.web.Stations;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;

/** Registered models and their versions. */
@Controller
class ModelPages {
  private final Models models;
  private final SignedModels signed;
  private final Releases releases;
  private final Stations stations;

  ModelPages(Models models, SignedModels signed, Releases releases, Stations stations) {
    this.models = models;
    this.signed = signed;
    this.releases = releases;
    this.stations = stations;
  }

  /** A model with all its versions. */
  record Line(Name model, List<ModelVersion> versions) {}

  @GetMapping("/{project}/models")
  String list(@PathVariable("project") Name project, Model page) {
    page.addAttribute(
        "lines",
        models.heads(project).stream()
            .map(head -> new Line(head.model(), models.versions(project, head.model())))
            .toList());
    return "models";
  }

  @GetMapping("/{project}/models/{name}@{digest}")
  String version(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("digest") String digest,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var version =
        ShortDigest.of("version of " + name, digest)
            .among("version of " + name, models.versions(project, name), ModelVersion::digest);
    page.addAttribute("title", version.model() + " " + version.number());
    page.addAttribute("shell", shell.at(new Shell.Crumb("Models", "/" + project + "/models")));
    page.addAttribute("version", version);
    page.addAttribute("tags", new TreeMap<>(version.tags()));
    page.addAttribute(
        "signature",
        Part.of(() -> signed.verify(project, version.model().text(), version.number(), false)));
    page.addAttribute("release", Part.of(() -> release(project, version)));
    page.addAttribute("stations", stations.through(project, version.digest()));
    return "model";
  }

  /** {@code digit-reader/14}: to the version's own address, which never changes. */
  @GetMapping("/{project}/models/{name}/{number:\\d{1,9}}")
  String numbered(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("number") int number) {
    return "redirect:/%s/models/%s@%s"
        .formatted(project, name, models.version(project, name, number).digest().abbreviated());
  }

  private Optional<Release> release(Name project, ModelVersion version) {
    try {
      return Optional.of(releases.of(project, version.model(), version.number()));
    } catch (Problem problem) {
      if (problem.kind() == Problem.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw problem;
    }
  }
}
