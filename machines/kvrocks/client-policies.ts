/**
 * How cluster clients wait, retry and give up: the knobs of `client.ts`, and what well-known
 * libraries have there by default. How a client meets TRYAGAIN decides much of what its user sees
 * of a failover.
 *
 * Assumed for every library: jitter is left out (the mean of the interval stands for it); one
 * operation is in flight at a time; where a library asks some node for CLUSTER SLOTS, the model
 * sends it the operation itself, and MOVED or a value answers both. So a refresh counts as an
 * attempt, which it does not in the libraries.
 */

/**
 * Pauses in milliseconds before the next attempts of an operation: its nth pause is the nth entry,
 * the last entry repeats. Empty: no attempt follows, the caller gets the error.
 */
export type Backoff = readonly number[];

export type ClientPolicy = {
  /** How long opening a connection may take, and AUTH after it, each. Milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long a reply may take. Milliseconds; 0: only `operationTimeoutMs` ends the wait. */
  readonly commandTimeoutMs: number;
  /** How long the caller waits for an operation, all attempts and pauses. Milliseconds, not 0. */
  readonly operationTimeoutMs: number;
  /** Attempts of one operation: commands sent and connections not got. Times, 1 to 63. */
  readonly attemptsMax: number;
  /** How many of the attempts of one operation may come from following MOVED. Times. */
  readonly redirectsMax: number;
  /**
   * Whether a command without an answer is sent again, under the same operation id: not at all,
   * after its connection broke, or after a timeout too. A write may then be applied twice.
   */
  readonly resendUnanswered: 'never' | 'broken' | 'always';
  /**
   * The refresh of the topology: after how many more failures in a row the next node of the list is
   * asked. Times. Failures are connections not got or lost, timeouts, and the refusals below but
   * TRYAGAIN; they count across operations, any other answer starts the count anew.
   */
  readonly sameNodeRetries: number;
  /** After TRYAGAIN; the same node is asked again. */
  readonly tryAgainBackoffMs: Backoff;
  /** After LOADING. */
  readonly loadingBackoffMs: Backoff;
  /** After CLUSTERDOWN. */
  readonly clusterDownBackoffMs: Backoff;
  /** After MASTERDOWN. */
  readonly masterDownBackoffMs: Backoff;
  /** After READONLY. */
  readonly readOnlyBackoffMs: Backoff;
  /** After a connection not got, or a missing answer where `resendUnanswered` allows it. */
  readonly failureBackoffMs: Backoff;
};

/** How an attempt fails: refused in one of the ways that clients know, unanswered, or for good. */
export type Failure =
  | 'moved'
  | 'tryAgain'
  | 'loading'
  | 'clusterDown'
  | 'masterDown'
  | 'readOnly'
  | 'unopened'
  | 'broken'
  | 'timeout'
  | 'final';

const refusals: ReadonlyMap<string, Failure> = new Map([
  ['TRYAGAIN', 'tryAgain'],
  ['LOADING', 'loading'],
  ['CLUSTERDOWN', 'clusterDown'],
  ['MASTERDOWN', 'masterDown'],
  ['READONLY', 'readOnly'],
]);

/** What an error text refuses: MOVED with an address, one of the known words, or it is final. */
export function refusalIn(error: string): Failure {
  const [word = '', , address = ''] = error.split(' ');
  if (word === 'MOVED') return address === '' ? 'final' : 'moved';
  return refusals.get(word) ?? 'final';
}

/** An operation so far: its attempts, and among them MOVED that it followed; its pauses. */
export type Tried = {
  readonly attempt: number;
  readonly redirects: number;
  readonly pauses: number;
};

/** Milliseconds until the next attempt of an operation, -1 when none follows. */
export function pauseAfter(policy: ClientPolicy, failure: Failure, tried: Tried): number {
  if (tried.attempt >= policy.attemptsMax) return -1;
  if (failure === 'moved' && tried.redirects >= policy.redirectsMax) return -1;
  const backoff = backoffAfter(policy, failure);
  return backoff[Math.min(tried.pauses, backoff.length - 1)] ?? -1;
}

function backoffAfter(policy: ClientPolicy, failure: Failure): Backoff {
  const resends = policy.resendUnanswered;
  switch (failure) {
    case 'moved':
      return [0];
    case 'tryAgain':
      return policy.tryAgainBackoffMs;
    case 'loading':
      return policy.loadingBackoffMs;
    case 'clusterDown':
      return policy.clusterDownBackoffMs;
    case 'masterDown':
      return policy.masterDownBackoffMs;
    case 'readOnly':
      return policy.readOnlyBackoffMs;
    case 'unopened':
      return policy.failureBackoffMs;
    case 'broken':
      return resends === 'never' ? [] : policy.failureBackoffMs;
    case 'timeout':
      return resends === 'always' ? policy.failureBackoffMs : [];
    case 'final':
      return [];
  }
}

export type ClientPolicyName =
  | 'default'
  | 'ioredis'
  | 'redis-py'
  | 'jedis'
  | 'lettuce'
  | 'go-redis';

const surfaced: Backoff = [];
const doubling: Backoff = [20, 40, 80, 160, 200];
/** As `RetryBackoff` draws it, 10 ms + [0, 10 ms * 2^n), on the average; n counts from 1. */
const goRedis: Backoff = [20, 30, 50];

/** Policies by name; `source` says where the numbers are from and which ones are ours. */
export const clientPolicies: Readonly<
  Record<ClientPolicyName, ClientPolicy & { readonly source: string }>
> = {
  default: {
    connectTimeoutMs: 500,
    commandTimeoutMs: 1000,
    operationTimeoutMs: 60_000,
    attemptsMax: 16,
    redirectsMax: 16,
    resendUnanswered: 'never',
    sameNodeRetries: 0,
    tryAgainBackoffMs: doubling,
    loadingBackoffMs: doubling,
    clusterDownBackoffMs: doubling,
    masterDownBackoffMs: doubling,
    readOnlyBackoffMs: doubling,
    failureBackoffMs: [0, ...doubling],
    source: 'Switchover: a careful client that never sends a write twice',
  },
  ioredis: {
    connectTimeoutMs: 10_000,
    commandTimeoutMs: 0,
    operationTimeoutMs: 60_000,
    // The first error sets the count to 16, each further one takes one off, 0 gives up.
    attemptsMax: 17,
    redirectsMax: 16,
    resendUnanswered: 'broken',
    sameNodeRetries: 0,
    tryAgainBackoffMs: [100],
    loadingBackoffMs: surfaced,
    clusterDownBackoffMs: [100],
    masterDownBackoffMs: surfaced,
    readOnlyBackoffMs: surfaced,
    failureBackoffMs: [100],
    source:
      'redis/ioredis lib/cluster/ClusterOptions.ts (maxRedirections, retryDelayOn...), ' +
      'lib/cluster/index.ts (handleError), lib/cluster/ConnectionPool.ts (retryStrategy null), ' +
      'lib/redis/event_handler.ts (a closed connection rejects what was unanswered), ' +
      'lib/redis/RedisOptions.ts (connectTimeout; no commandTimeout). Ours: operationTimeoutMs ' +
      '(the library has none), the next node instead of a random one, LOADING seen only as an ' +
      'error (its ready check before first use is left out)',
  },
  'redis-py': {
    connectTimeoutMs: 5000,
    commandTimeoutMs: 5000,
    operationTimeoutMs: 60_000,
    attemptsMax: 16,
    redirectsMax: 15,
    resendUnanswered: 'always',
    sameNodeRetries: 0,
    // No sleep while more than half of the 16 attempts are left.
    tryAgainBackoffMs: [0, 0, 0, 0, 0, 0, 0, 0, 50],
    loadingBackoffMs: surfaced,
    clusterDownBackoffMs: [250],
    masterDownBackoffMs: surfaced,
    readOnlyBackoffMs: surfaced,
    failureBackoffMs: [0],
    source:
      'redis/redis-py redis/cluster.py (RedisClusterRequestTTL, _execute_command, ' +
      'ERRORS_ALLOW_RETRY by exact type), redis/_defaults.py and PR #4082 (5 s timeouts, since ' +
      '2026; before: none). Ours: operationTimeoutMs (the library has none), one bound of 16 ' +
      'attempts where the library has 16 for MOVED and TRYAGAIN and 10 retries (3 before PR ' +
      '#4082) for failures. Not verified: that cluster.py after PR #4082 still treats TRYAGAIN, ' +
      'LOADING and MASTERDOWN as in the version read, of early 2025',
  },
  jedis: {
    connectTimeoutMs: 2000,
    commandTimeoutMs: 2000,
    operationTimeoutMs: 10_000,
    attemptsMax: 5,
    redirectsMax: 4,
    resendUnanswered: 'always',
    sameNodeRetries: 1,
    tryAgainBackoffMs: surfaced,
    loadingBackoffMs: surfaced,
    clusterDownBackoffMs: surfaced,
    masterDownBackoffMs: surfaced,
    readOnlyBackoffMs: surfaced,
    // After every second failure in a row [0, what is left of 10 s / (attempts left)^2].
    failureBackoffMs: [0, 550, 0, 4700],
    source:
      'redis/jedis JedisCluster.java (2000 ms, 5 attempts, total 5 * 2000 ms), ' +
      'executors/ClusterCommandExecutor.java (retries after redirections and connection ' +
      'failures only; back-off), Protocol.java (processError), util/RedisInputStream.java (a ' +
      'read timeout is a connection failure). Ours: the total ends an attempt too (the library ' +
      'looks at it between attempts), pauses as if failures took no time',
  },
  lettuce: {
    connectTimeoutMs: 10_000,
    commandTimeoutMs: 0,
    operationTimeoutMs: 60_000,
    attemptsMax: 63,
    redirectsMax: 5,
    resendUnanswered: 'broken',
    sameNodeRetries: 5,
    tryAgainBackoffMs: surfaced,
    loadingBackoffMs: surfaced,
    clusterDownBackoffMs: surfaced,
    masterDownBackoffMs: surfaced,
    readOnlyBackoffMs: surfaced,
    failureBackoffMs: [
      1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 30_000,
    ],
    source:
      'redis/lettuce RedisURI.java (60 s for a command, reconnections included), ' +
      'SocketOptions.java (connect), ClientOptions.java (autoReconnect, TimeoutOptions enabled), ' +
      'cluster/ClusterClientOptions.java (5 redirects), cluster/ClusterCommand.java (retries ' +
      'after MOVED and ASK only), resource/Delay.java (exponential reconnection), ' +
      'cluster/ClusterTopologyRefreshOptions.java (since 7.0 a refresh after 5 reconnections). ' +
      'Ours: attemptsMax (the library has none), a refused first connection retried like a lost ' +
      'one. Not verified: that no refresh limit of 30 s delays the refresh',
  },
  'go-redis': {
    connectTimeoutMs: 5000,
    commandTimeoutMs: 5000,
    operationTimeoutMs: 60_000,
    attemptsMax: 4,
    redirectsMax: 3,
    resendUnanswered: 'always',
    // The slot's master stays what it is until a reload, which a failure does not ask for.
    sameNodeRetries: 3,
    tryAgainBackoffMs: goRedis,
    loadingBackoffMs: goRedis,
    clusterDownBackoffMs: goRedis,
    masterDownBackoffMs: goRedis,
    readOnlyBackoffMs: goRedis,
    failureBackoffMs: goRedis,
    source:
      'redis/go-redis osscluster.go (MaxRedirects 3, process, slotMasterNode), error.go ' +
      '(shouldRetry), internal/internal.go (RetryBackoff), PR #3918 of 2026 (reads 5 s, back-off ' +
      '10 ms to 1 s; before: 3 s, 8 to 512 ms). Ours: operationTimeoutMs (the library leaves it ' +
      'to the context), another node for the next operation after 4 failures (the library: a ' +
      'reload every 60 s, 10 s before PR #3918), one dial a connection (the library: 5 at 100 ' +
      'ms). Not verified: which release has PR #3918',
  },
};
