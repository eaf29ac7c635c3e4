/**
 * The disk of one node as a device: first come, first served, one operation at a time. It knows
 * how long an operation takes and whether it is refused, not what it does: that is storage.ts.
 *
 * Assumptions: a read waits its turn like a write. A slow disk stretches the operations whose
 * service begins while it is slow; a stalled one stops the clock of the operation in service and
 * begins no other. Whether an operation is refused is decided at the instant it completes. A
 * failing disk refuses what changes it (append, truncate, install, sync, persist) and still reads:
 * pages in memory are good. A full disk refuses what takes space (append, install, persist). A
 * sync that succeeds after a failed one covers both: the kernel kept the dirty pages.
 */
import {
  createEntry,
  type Entry,
  EntryKind,
  type Instance,
  type Kernel,
  Purpose,
} from '../kernel.js';
import type { Effect, EventParams } from '../vocabulary.js';

/** The effects that a disk carries out. */
export type StorageEffect = Extract<
  Effect,
  {
    type:
      | 'readKey'
      | 'readLog'
      | 'readCheckpoint'
      | 'append'
      | 'truncate'
      | 'install'
      | 'sync'
      | 'persist';
  }
>;
export type StorageKind = StorageEffect['type'];

/** Per kind of operation an ascending table of service times in microseconds; [0] costs none. */
export type DiskConfig = Readonly<Record<StorageKind, readonly number[]>>;

/** Orders of magnitude of a local NVMe drive (assumed): memory to read, a barrier to sync. */
export const defaultDisk: DiskConfig = {
  readKey: [0],
  readLog: [0],
  readCheckpoint: [5_000, 10_000, 20_000],
  append: [10, 20, 40],
  truncate: [500, 1_000, 2_000],
  install: [20_000, 50_000, 100_000],
  sync: [200, 500, 2_000],
  persist: [300, 800, 3_000],
};

export type DiskMode = 'slow' | 'stalled' | 'failing' | 'full';

/** How much slower: service times are multiplied by n / d and rounded up. */
export type Factor = readonly [number, number];

export interface DiskOperation {
  readonly from: Instance;
  readonly effect: StorageEffect;
  /** The end of the log when its service began. */
  covers: number;
}

export interface Disk {
  readonly node: number;
  readonly config: DiskConfig;
  waiting: DiskOperation[];
  /** The operation in service; its entry is dead while the disk is stalled. */
  serving: Entry<DiskOperation> | null;
  /** When it completes, as queued. */
  due: number;
  /** What the operation in service still needs when the stall is over. */
  remaining: number;
  /** Faults in force, each counted: they may overlap. */
  slow: Factor[];
  stalled: number;
  failing: number;
  full: number;
}

/** A healthy, idle disk. Kinds that `config` leaves out take their default table. */
export function createDisk(node: number, config: Partial<DiskConfig>): Disk {
  const faults = { slow: [], stalled: 0, failing: 0, full: 0 };
  const tables = { ...defaultDisk, ...config };
  return { node, config: tables, waiting: [], serving: null, due: 0, remaining: 0, ...faults };
}

/** Whether an operation can begin. */
export function isFree(disk: Disk): boolean {
  return disk.serving === null && disk.stalled === 0;
}

/**
 * Begin an operation on a free disk. Returns whether it takes no time, so that the caller completes
 * it at once. `end` is the end of the log.
 */
export function begin(disk: Disk, kernel: Kernel, operation: DiskOperation, end: number): boolean {
  operation.covers = end;
  const { effect } = operation;
  const table = tableOf(disk.config, effect.type);
  const isSynced = effect.type === 'append' && effect.params.sync === true;
  // Only what is drawn or queued needs a name.
  if (table.length === 1 && table[0] === 0 && !isSynced) return true;
  const subject = subjectOf(operation);
  let drawn = kernel.draw(Purpose.disk, disk.node, subject, table);
  if (isSynced) {
    drawn += kernel.draw(Purpose.disk, disk.node, 2 * KIND + end + 1, disk.config.sync);
  }
  const time = stretched(disk, drawn);
  if (time === 0) return true;
  serve(disk, kernel, operation, kernel.now + time);
  return false;
}

/** The kinds that are asked most, each by its own name: faster than one that varies. */
function tableOf(config: DiskConfig, kind: StorageKind): readonly number[] {
  if (kind === 'append') return config.append;
  if (kind === 'readLog') return config.readLog;
  return kind === 'readKey' ? config.readKey : config[kind];
}

/** The operation of a due entry; the disk is free again. */
export function finish(disk: Disk, kernel: Kernel, entry: Entry): DiskOperation {
  const { serving } = disk;
  if (serving === null || serving !== entry) {
    throw new Error(`${nameOf(disk, kernel)}: an operation completes that is not in service`);
  }
  disk.serving = null;
  return serving.of;
}

/** Why an operation that completes now is refused, or null. */
export function refusal(
  disk: Disk,
  kind: StorageKind,
): EventParams['storageFailed']['reason'] | null {
  if (disk.failing === 0 && disk.full === 0) return null;
  const reads = kind === 'readKey' || kind === 'readLog' || kind === 'readCheckpoint';
  if (disk.failing > 0 && !reads) return 'io';
  const grows = kind === 'append' || kind === 'install' || kind === 'persist';
  return disk.full > 0 && grows ? 'full' : null;
}

/** Forget every operation that has not completed. Faults stay: they are the device's. */
export function clearDisk(disk: Disk): void {
  disk.waiting = [];
  if (disk.serving !== null) disk.serving.live = false;
  disk.serving = null;
  disk.remaining = 0;
}

/** Put a fault in force. @throws when the factor is no ratio of positive integers. */
export function beginFault(disk: Disk, kernel: Kernel, mode: DiskMode, factor: Factor): void {
  if (mode === 'slow') {
    if (!factor.every((part) => Number.isSafeInteger(part) && part > 0)) {
      throw new Error(`${nameOf(disk, kernel)}: slow by ${factor.join('/')}, not a ratio`);
    }
    disk.slow.push(factor);
    return;
  }
  disk[mode] += 1;
  if (mode === 'stalled' && disk.stalled === 1 && disk.serving !== null) {
    disk.serving.live = false;
    disk.remaining = disk.due - kernel.now;
  }
}

/**
 * Lift one fault of this mode (and factor). The caller then begins the next operation.
 * @throws when none is in force.
 */
export function endFault(disk: Disk, kernel: Kernel, mode: DiskMode, factor: Factor): void {
  const same = (other: Factor) => other[0] === factor[0] && other[1] === factor[1];
  const index = disk.slow.findIndex(same);
  if (mode === 'slow' ? index < 0 : disk[mode] === 0) {
    throw new Error(`${nameOf(disk, kernel)}: the end of '${mode}', which is not in force`);
  }
  if (mode === 'slow') {
    disk.slow.splice(index, 1);
    return;
  }
  disk[mode] -= 1;
  if (mode === 'stalled' && disk.stalled === 0 && disk.serving !== null) {
    serve(disk, kernel, disk.serving.of, kernel.now + disk.remaining);
  }
}

function serve(disk: Disk, kernel: Kernel, operation: DiskOperation, due: number): void {
  disk.serving = createEntry(EntryKind.disk, disk.node, subjectOf(operation), operation);
  disk.due = due;
  disk.remaining = 0;
  kernel.schedule(disk.serving, due);
}

/** Offsets below 2^40, and above them a number per kind: no kind's decisions move another's. */
const KIND = 1_099_511_627_776;

/** What names the decisions about an operation: the client's operation, or an offset. */
function subjectOf({ effect, covers }: DiskOperation): number {
  switch (effect.type) {
    case 'append':
      return effect.params.batch.operation || KIND + covers + 1;
    case 'sync':
      return 2 * KIND + covers;
    case 'readLog':
      return 3 * KIND + effect.params.from;
    case 'truncate':
      return 4 * KIND + effect.params.after;
    case 'install':
      return 5 * KIND + effect.params.checkpoint.offset;
    case 'persist':
      return 6 * KIND;
    case 'readKey':
      return 7 * KIND;
    case 'readCheckpoint':
      return 8 * KIND + covers;
  }
}

function stretched(disk: Disk, time: number): number {
  if (disk.slow.length === 0) return time;
  let n = time;
  let d = 1;
  for (const factor of disk.slow) {
    n *= factor[0];
    d *= factor[1];
  }
  return Math.ceil(n / d);
}

function nameOf(disk: Disk, kernel: Kernel): string {
  return `disk of ${kernel.nameOf(disk.node)}`;
}
