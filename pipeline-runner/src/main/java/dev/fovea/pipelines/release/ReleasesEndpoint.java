package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.pipelines.CommitStatus;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.request.CommitOfBuild;
import dev.fovea.pipelines.request.Requests;
import dev.fovea.pipelines.status.CommitStatuses;
import dev.fovea.roles.Callers;
import java.util.List;
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
  private final CommitStatuses told;

  ReleasesEndpoint(
      ReleaseStarts starts,
      Orders orders,
      Requests requests,
      CommitOfBuild commits,
      CommitStatuses told) {
    this.starts = starts;
    this.orders = orders;
    this.requests = requests;
    this.commits = commits;
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
    return orders.newest(project, NEWEST);
  }

  @Override
  public Release release(Name project, Digest digest) {
    return orders
        .find(project, digest)
        .orElseThrow(() -> new NoSuchThing("release", digest.toString(), FIX));
  }

  @Override
  public Release of(Name project, Name model, int number) {
    return orders
        .newestOf(project, model, number)
        .orElseThrow(() -> new NoSuchThing("release of", model + " " + number, FIX));
  }
}
