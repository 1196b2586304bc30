package dev.fovea.registry.sweep;

import dev.fovea.roles.Queue;
import dev.fovea.roles.Work;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionTemplate;

/** Has the runs of trials looked at, by one process at a time. */
@Configuration(proxyBeanMethods = false)
class SweepConfiguration {
  private static final String ONLY = "all";

  /** A look at all trials whose runs have something to tell. */
  record Round() {}

  @Bean
  static Work<Round> sweepRoundsWork(ObjectProvider<Keeper> keeper) {
    return new Work<>("sweeps", Round.class, _ -> keeper.getObject().round());
  }

  @Bean
  Keeper sweepRoundsKeeper(
      @Qualifier("registryQueue") Queue queue,
      @Qualifier("sweepRoundsWork") Work<Round> work,
      SweepProperties properties,
      TransactionTemplate transaction,
      SweepRounds rounds) {
    return new Keeper(
        rounds,
        () ->
            transaction.executeWithoutResult(
                _ -> queue.enqueue(work, ONLY, new Round(), properties.every())));
  }

  /** Where rounds are being made already, this changes nothing. */
  @Bean
  ApplicationRunner beginSweepRounds(Keeper keeper) {
    return _ -> keeper.next();
  }

  /** Makes a round, and sees to it that there is another, whatever comes of this one. */
  static final class Keeper {
    private final SweepRounds rounds;
    private final Runnable following;

    Keeper(SweepRounds rounds, Runnable following) {
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
