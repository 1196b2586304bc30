package dev.fovea.web.releases;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.Comparison;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.roles.Problems;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.store.ObjectStore;
import dev.fovea.web.Figures;
import dev.fovea.web.Part;
import dev.fovea.web.picture.Album;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.ContentDisposition;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * A release as one HTML file that needs nothing else: for who has no account, and for the record.
 * It is made whole before its first byte leaves, so that a failure is a problem and never half a
 * file; pictures are bounded, and so is everything else that a verdict keeps.
 */
@RestController
class ReleaseReport {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  private static final List<String> SHEETS =
      List.of("tokens.css", "fovea.css", "pages.css", "report.css");

  private final ReleasePages pages;
  private final Rollouts rollouts;
  private final ObjectStore objects;
  private final ITemplateEngine templates;
  private final String styles = styles();

  ReleaseReport(
      ReleasePages pages, Rollouts rollouts, ObjectStore objects, ITemplateEngine templates) {
    this.pages = pages;
    this.rollouts = rollouts;
    this.objects = objects;
    this.templates = templates;
  }

  /**
   * Something that the report rests on.
   *
   * @param digest of it, or the commit; empty where it has none
   */
  record Fact(String what, String name, String digest) {}

  /** The report of a release, by its digest or eight leading digits or more of it. */
  @GetMapping(
      path = "/api/v1/projects/{project}/releases/{digest}/report.html",
      produces = MediaType.TEXT_HTML_VALUE)
  ResponseEntity<byte[]> report(
      @PathVariable("project") Name project, @PathVariable("digest") String digest)
      throws IOException {
    var release = pages.find(project, digest);
    var html = Visible.text(templates.process("report", context(project, release)));
    var file =
        "%s-%d-%s.html"
            .formatted(release.model(), release.number(), release.digest().abbreviated());
    return ResponseEntity.ok()
        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
        .header(
            "Content-Disposition",
            ContentDisposition.attachment().filename(file).build().toString())
        .header("Content-Security-Policy", POLICY + "; sandbox")
        .header("X-Content-Type-Options", "nosniff")
        .header("Cache-Control", "no-store")
        .body(html.getBytes(StandardCharsets.UTF_8));
  }

  /** Its path is the API's, and so are its refusals. */
  @ExceptionHandler
  ResponseEntity<ProblemDetail> refused(Problem problem) {
    return ResponseEntity.status(Problems.status(problem.kind()))
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(Problems.out(problem));
  }

  private Context context(Name project, Release release) throws IOException {
    var attempts =
        Part.of(() ->
            release.rollout().map(first -> rollouts.attempts(project, first)).orElse(List.of()));
    var rollout = attempts.or(List.of()).stream().findFirst();
    var measures = pages.measures(project, release);
    var album = album(release.verdict());
    var notes = new ArrayList<>(album.leftOut());
    if (!attempts.there()) {
      notes.add("The rollout is not in it: " + attempts.what());
    }
    if (release.verdict().isPresent() && !measures.there()) {
      notes.add("Sizes and latencies are not in it: " + measures.what());
    }
    var figures = new Figures();
    var shown = new HashMap<String, Object>(Judged.of(release, measures));
    shown.put("styles", styles);
    shown.put("figures", figures);
    shown.put("project", project);
    shown.put("release", release);
    shown.put("headline", Headline.of(release, rollout));
    shown.put(
        "state", rollout.map(Progress::state).orElseGet(() -> Progress.state(release.state())));
    shown.put(
        "reason",
        rollout.map(Rollout::reason).filter(why -> !why.isEmpty()).orElse(release.reason()));
    shown.put("made", figures.absolute(Instant.now()));
    shown.put("version", version());
    shown.put("facts", facts(project, release, rollout, measures, figures));
    shown.put("album", album);
    shown.put("notes", notes);
    shown.put("none", List.of());
    return new Context(Locale.ROOT, shown);
  }

  /** First those that stand side by side, then those of each gate, what did not pass first. */
  private Album album(Optional<Verdict> verdict) throws IOException {
    var album = new Album(objects);
    var compared = verdict.flatMap(Verdict::comparison).map(Comparison::images).orElse(List.of());
    for (var pair : compared) {
      album.add(pair.image());
    }
    for (var gate : verdict.map(Gate::of).orElse(List.of())) {
      for (var frame : gate.ruling().frames()) {
        album.add(frame.image());
      }
    }
    return album;
  }

  private static List<Fact> facts(
      Name project,
      Release release,
      Optional<Rollout> rollout,
      Part<Measures> measures,
      Figures figures) {
    var facts = new ArrayList<Fact>();
    facts.add(new Fact("Project", project.text(), ""));
    facts.add(
        new Fact(
            "Release",
            "of %s %d, asked for by %s %s"
                .formatted(
                    release.model(),
                    release.number(),
                    release.requestedBy(),
                    figures.absolute(release.started())),
            release.digest().toString()));
    facts.add(new Fact("Model version", "", release.modelDigest().toString()));
    facts.add(new Fact("Dataset version", "", release.dataset().toString()));
    facts.add(new Fact("Commit of the policy", "", release.policy().toString()));
    measures
        .value()
        .ifPresent(measured ->
            facts.add(
                new Fact(
                    "Policy",
                    "fovea.yaml",
                    Digest.sha256(measured.policy().getBytes(StandardCharsets.UTF_8)).toString())));
    release.fp32().ifPresent(file -> facts.add(new Fact("Model file", "fp32", file.toString())));
    release.int8().ifPresent(file -> facts.add(new Fact("Model file", "int8", file.toString())));
    measures.value().ifPresent(measured -> facts.addAll(measured(measured)));
    rollout.ifPresent(way ->
        facts.add(
            new Fact(
                "Rollout",
                "attempt %d, %s".formatted(way.attempt().number(), Progress.state(way)),
                way.digest().toString())));
    rollout
        .flatMap(Rollout::stable)
        .ifPresent(stable -> facts.add(new Fact("Replaces", "", stable.toString())));
    return facts;
  }

  private static List<Fact> measured(Measures measures) {
    var facts = new ArrayList<Fact>();
    for (var form : measures.forms()) {
      var variant = form.variant().name().toLowerCase(Locale.ROOT);
      facts.add(new Fact("Evaluation", variant, form.evaluation().toString()));
      for (var profile : form.profiles()) {
        facts.add(
            new Fact(
                "Profile",
                "%s on %s".formatted(variant, profile.device()),
                profile.digest().toString()));
      }
    }
    for (var swept : measures.sweeps()) {
      facts.add(
          new Fact(
              "Evaluation",
              "%s under %s%s"
                  .formatted(
                      swept.of().name().toLowerCase(Locale.ROOT),
                      swept.sweep().kind().written(),
                      swept.slice().map(slice -> ", slice " + slice).orElse("")),
              swept.evaluation().toString()));
    }
    return facts;
  }

  private static String version() {
    return Optional.ofNullable(ReleaseReport.class.getPackage().getImplementationVersion())
        .orElse("(built from source)");
  }

  private static String styles() {
    var text = new StringBuilder();
    for (var sheet : SHEETS) {
      try (var in = ReleaseReport.class.getResourceAsStream("/assets/" + sheet)) {
        if (in == null) {
          throw new IllegalStateException("no style sheet " + sheet + " in the application");
        }
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8)).append('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }
}
