package dev.fovea.datasets.git;

import dev.fovea.datasets.quality.QualityGate;
import dev.fovea.datasets.repository.Repositories;
import dev.fovea.datasets.repository.RepositoryProperties;
import dev.fovea.datasets.versions.PushLog;
import dev.fovea.datasets.versions.QualityReports;
import dev.fovea.datasets.versions.VersionRecorder;
import dev.fovea.datasets.versions.Versions;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.Callers;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.eclipse.jgit.errors.RepositoryNotFoundException;
import org.eclipse.jgit.http.server.GitServlet;
import org.eclipse.jgit.http.server.resolver.AsIsFileService;
import org.eclipse.jgit.lib.ObjectChecker;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.UploadPack;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Hosts the repositories at {@code /git/{project}.git}; the old protocol that reads files as they
 * lie is off.
 */
@Configuration(proxyBeanMethods = false)
class GitHosting {
  private static final String SUFFIX = ".git";
  private static final int TIMEOUT_SECONDS = (int) Duration.ofMinutes(2).toSeconds();
  private static final int MAX_COMMAND_BYTES = 256 << 10;

  @Bean
  ServletRegistrationBean<GitServlet> gitServlet(
      Repositories repositories,
      RepositoryProperties limits,
      QualityGate gate,
      Versions versions,
      PushLog log,
      VersionRecorder recorder,
      QualityReports reports) {
    var servlet = new GitServlet();
    servlet.setAsIsFileService(AsIsFileService.DISABLED);
    servlet.setRepositoryResolver((request, path) -> open(repositories, request, path));
    servlet.setUploadPackFactory((_, repository) -> uploads(repository));
    servlet.setReceivePackFactory((request, repository) ->
        receives(
            repository,
            limits,
            new PushGate(project(request), gate, versions, log, recorder, reports)));
    var registration = new ServletRegistrationBean<>(servlet, "/git/*");
    registration.setName("git");
    return registration;
  }

  private static Repository open(Repositories repositories, HttpServletRequest request, String path)
      throws RepositoryNotFoundException {
    try {
      if (!path.endsWith(SUFFIX)) {
        throw new RepositoryNotFoundException(path);
      }
      var project = Name.of(path.substring(0, path.length() - SUFFIX.length()));
      request.setAttribute(GitHosting.class.getName(), project);
      return repositories.open(project);
    } catch (NoSuchThing | IllegalArgumentException e) {
      throw new RepositoryNotFoundException(path, e);
    }
  }

  private static Name project(HttpServletRequest request) {
    return (Name) request.getAttribute(GitHosting.class.getName());
  }

  private static UploadPack uploads(Repository repository) {
    var pack = new UploadPack(repository);
    pack.setTimeout(TIMEOUT_SECONDS);
    return pack;
  }

  private static ReceivePack receives(
      Repository repository, RepositoryProperties limits, PushGate gate) {
    var pack = new ReceivePack(repository);
    pack.setTimeout(TIMEOUT_SECONDS);
    pack.setMaxPackSizeLimit(limits.maxPush().toBytes());
    pack.setMaxObjectSizeLimit(limits.maxFile().toBytes());
    pack.setMaxCommandBytes(MAX_COMMAND_BYTES);
    pack.setObjectChecker(new ObjectChecker().setSafeForWindows(true).setSafeForMacOS(true));
    pack.setRefLogIdent(new PersonIdent(Callers.current().subject(), ""));
    pack.setAllowNonFastForwards(true); // refused by RefRules, in words that help
    pack.setPreReceiveHook(gate);
    pack.setPostReceiveHook(gate);
    return pack;
  }
}
