package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.pipelines.CommitStatus;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.request.CommitOfBuild;
import dev.fovea.pipelines.request.Requests;
import dev.fovea.pipelines.status.CommitStatuses;
import dev.fovea.roles.Callers;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Answers for releases. */
@RestController
class ReleasesEndpoint implements Releases {
  private static final int NEWEST = 100;
  private static final String FIX = "'fovea release list' shows those of the project";

  private final ReleaseStarts starts;
  private final Orders orders;
  private final Requests requests;
  private final CommitOfBuild commits;
  private final RecordedMeasures measures;
  private final ObjectStore objects;
  private final CommitStatuses told;

  ReleasesEndpoint(
      ReleaseStarts starts,
      Orders orders,
      Requests requests,
      CommitOfBuild commits,
      RecordedMeasures measures,
      ObjectStore objects,
      CommitStatuses told) {
    this.starts = starts;
    this.orders = orders;
    this.requests = requests;
    this.commits = commits;
    this.measures = measures;
    this.objects = objects;
    this.told = told;
  }

  @Override
  public Release start(Name project, Candidate candidate) {
    var caller = Callers.current();
    caller.build().ifPresent(build -> commits.require(project, candidate, build));
    var release = starts.start(project, candidate, caller.subject());
    requests.add(release, caller);
    return release;
  }

  @Override
  public List<Request> requests(Name project, Digest digest) {
    return requests.of(release(project, digest).digest());
  }

  @Override
  public List<CommitStatus> statuses(Name project, Digest digest) {
    return told.of(release(project, digest).digest());
  }

  @Override
  public List<Release> releases(Name project) {
    return orders.newest(project, NEWEST).stream().map(Release::listed).toList();
  }

  @Override
  public Release release(Name project, Digest digest) {
    return orders
        .find(project, digest)
        .orElseThrow(() -> new NoSuchThing("release", digest.toString(), FIX));
  }

  @Override
  public Measures measures(Name project, Digest digest) {
    try {
      return measures.of(release(project, digest).digest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An evaluation of the release, and no other object; below the interface's path. */
  @GetMapping("/{digest}/measures/{evaluation}")
  ResponseEntity<InputStreamResource> evaluation(
      @PathVariable("project") Name project,
      @PathVariable("digest") Digest digest,
      @PathVariable("evaluation") Digest evaluation)
      throws IOException {
    if (!measures.hold(release(project, digest).digest(), evaluation)) {
      throw new NoSuchThing(
          "evaluation of release " + digest.abbreviated(),
          evaluation.toString(),
          "ask for the release's measures, which name those that there are");
    }
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .contentLength(objects.size(evaluation))
        .body(new InputStreamResource(objects.open(evaluation)));
  }

  @Override
  public Release of(Name project, Name model, int number) {
    return orders
        .newestOf(project, model, number)
        .orElseThrow(() -> new NoSuchThing("release of", model + " " + number, FIX));
  }
}
