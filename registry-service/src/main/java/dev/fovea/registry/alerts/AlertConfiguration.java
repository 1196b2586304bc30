package dev.fovea.registry.alerts;

import dev.fovea.roles.Queue;
import dev.fovea.roles.Work;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Has the rounds made, by one process at a time. */
@Configuration(proxyBeanMethods = false)
class AlertConfiguration {
  private static final String ONLY = "all";

  /** The rounds over all runs. */
  record Round() {}

  @Bean
  static Work<Round> roundsWork(ObjectProvider<RoundsKeeper> keeper) {
    return new Work<>("runs", Round.class, _ -> keeper.getObject().round());
  }

  @Bean
  RoundsKeeper roundsKeeper(
      @Qualifier("registryQueue") Queue queue,
      @Qualifier("roundsWork") Work<Round> work,
      AlertProperties properties,
      TransactionTemplate transaction,
      Rounds rounds) {
    return new RoundsKeeper(
        rounds,
        () ->
            transaction.executeWithoutResult(
                _ -> queue.enqueue(work, ONLY, new Round(), properties.every())));
  }

  /** Where rounds are being made already, this changes nothing. */
  @Bean
  ApplicationRunner beginRounds(RoundsKeeper keeper) {
    return _ -> keeper.next();
  }

  /** Makes a round, and sees to it that there is another, whatever comes of this one. */
  static final class RoundsKeeper {
    private final Rounds rounds;
    private final Runnable following;

    RoundsKeeper(Rounds rounds, Runnable following) {
      this.rounds = rounds;
      this.following = following;
    }

    void next() {
      following.run();
    }

    void round() {
      next();
      rounds.go();
    }
  }
}
