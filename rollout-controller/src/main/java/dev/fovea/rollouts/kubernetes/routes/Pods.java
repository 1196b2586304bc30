package dev.fovea.rollouts.kubernetes.routes;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.Endpoints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks the pods of a model server, all at one time. */
final class Pods implements AutoCloseable {
  private final Cluster cluster;
  private final String namespace;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Pods(Cluster cluster, String namespace) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  /** What is asked of one. */
  interface Question<T> {
    T ask(Endpoints pod) throws IOException;
  }

  /**
   * One answer of each pod that answers requests, also of those that end; empty where there is
   * none.
   *
   * @param what for the words of the exception
   * @throws ClusterUnreachable when one of them doesn't answer; all were asked
   */
  <T> List<T> ask(String what, String server, Question<T> question) {
    var calls =
        Endpoints.of(cluster, namespace, server)
            .filter(Endpoints::serving)
            .<Callable<T>>map(pod -> () -> question.ask(pod))
            .toList();
    var answers = new ArrayList<T>();
    try {
      for (Future<T> answer : threads.invokeAll(calls)) {
        answers.add(answer.get());
      }
    } catch (ExecutionException e) {
      throw new ClusterUnreachable(what + " of " + server, String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ClusterUnreachable(what + " of " + server, "interrupted");
    }
    return answers;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
