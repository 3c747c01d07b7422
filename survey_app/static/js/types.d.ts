// The shapes that the scripts share; read by tsc only, never served to a phone.

/** `waiting` to be offered, `photos` stored by the server that now wants photos, `attention` for a person,
 * `released` answered for in full, `replaced` sent again under a new id. */
export type Status = 'waiting' | 'photos' | 'attention' | 'released' | 'replaced';

/** What the rules need to know of an op; its words are not their business. */
export type Op = {
  op_id: string;
  sha256: string;
  seq: number;
  /** bytes as it travels */
  size: number;
  photos: {sha256: string; len: number}[];
  status: Status;
  /** photos the server still lacks */
  need: string[];
  /** the server's word: stored, duplicate or held */
  answer: string | null;
  /** why it waits for a person */
  reason: string | null;
  /** when an op in attention may be tried again by itself; 0: only by hand */
  retry_at: number;
  reissue_of: string | null;
};

export type Phase = 'session' | 'ops' | 'have' | 'photo' | 'part';

/** What this phone knows of the server that took its records; `released`: how many of them it still keeps. */
export type Facts = {epoch: string | null; head: number; asked_at: number; released: number};
export type Pause = 'signed_out' | 'forbidden' | 'other_user' | 'busy';

export type State = {
  user: string;
  ops: Op[];
  /** the one call under way */
  phase: Phase | null;
  /** op ids, or the digest of one photo */
  batch: string[];
  /** a session of this user was seen in this run */
  ready: boolean;
  /** the token was refused once since the last good answer */
  stale: boolean;
  /** ops a batch */
  limit: number;
  /** failures in a row; a banner after 3 */
  fails: number;
  /** since then, and until then, nothing is sent (ms) */
  since: number;
  until: number;
  /** the server named that instant */
  told: boolean;
  pause: Pause | null;
  /** failures of an op or photo: those that failed stand behind */
  tries: Record<string, number>;
  /** it met a 500 since the last good answer */
  broke: Record<string, boolean>;
  /** null: nobody asks whether the server still has what it took */
  facts: Facts | null;
  /** somebody opened a page: look whether the server is still the same one, even if nothing waits */
  look: boolean;
  /** what was released is being asked for, from the op after `after` on; `back`: the server is another or went back */
  review: {epoch: string | null; head: number; back: boolean; after: string} | null;
  /** how much of a photo the server has */
  offsets: Record<string, number | undefined>;
  /** this server takes no parts */
  whole: boolean;
};

/** status 0: no answer, timeout or redirect; retry_after in seconds */
export type Answer = {status: number; body: any; retry_after: number};

/** One run of the sender: who is signed in, whose records go, the token, and the server's clock at that time (ms). */
export type Run = {user: string; author: string; csrf: string; server_now: number};

export type Event = {now: number; random: number} & (
  | {type: 'wake'; force?: boolean}
  | {type: 'load'; ops: Op[]; facts?: Facts}
  /** `asked` and `more`: what a `have` asked about, in order, and whether there are more */
  | {type: 'answer'; answer: Answer; asked?: Op[]; more?: boolean}
  | {type: 'missing'; sha256: string}
  | {type: 'reissued'; op_id: string; op: Op | null}
  | {type: 'retry'; op_id: string}
);

export type Effect =
  | {type: 'session'}
  | {type: 'ops'; ids: string[]}
  | {type: 'have'; after: string}
  | {type: 'photo'; sha256: string}
  /** `size` bytes of a photo from `offset` on */
  | {type: 'part'; sha256: string; offset: number; size: number}
  | {type: 'know'; facts: Facts}
  | {type: 'save'; op: Op}
  | {type: 'reissue'; op_id: string; shrink: string | null}
  | {type: 'wait'; ms: number};

export type Turn = {state: State; effects: Effect[]; now: number; random: number; ops?: Op[]; at?: Map<string, number>};

export type PhotoName = {sha256: string; len: number; mime: string};
export type Photo = PhotoName & {bytes: ArrayBuffer};

/** An op as it lies on the phone. */
export type Entry = Op & {
  rec_id: string;
  user: string;
  /** the exact text that is sent */
  raw: string;
  made_at: string;
  photos: PhotoName[];
  /** by the server's clock, ms */
  released_at?: number;
};

export type Values = Record<string, string | boolean | string[] | null>;

/** What is being written; `kept`: put aside on purpose (先存着). */
export type Draft = {id: string; user: string; values: Values; photos: PhotoName[]; kept: boolean; updated_at: number; of?: Origin};

/** What a draft changes: the op it edits, or the op that never arrived and whose place it takes. */
export type Origin = {rec_id?: string; base?: string; reissue_of?: string; void?: number[]};

/** An op before it has a number. */
export type Note = {
  kind: string;
  payload: Values;
  photos: PhotoName[];
  rec_id?: string;
  base?: string | null;
  /** versions that this edit settles a fork with */
  merges?: string[];
  /** numbers that will never come */
  void?: number[];
  reissue_of?: string;
  draft?: string;
};

export type User = {id: string; name: string};

/** What changed on this phone and what the sender is doing: what is on its way, failures in a row, who has to act. */
export type News = {saved?: boolean; batch?: string[]; photos?: {done: number; total: number}; fails?: number; pause?: Pause | null; blocked?: boolean};

type Row = {id: string; name: string};
/** What can be chosen on the capture screen. */
export type Lists = {
  halls: (Row & {counters: (Row & {code: string})[]})[];
  matters: Matter[];
  categories: Row[];
  reform_items: Row[];
  /** of the service phones and the checklists; what an older server or page gave lacks them */
  phones?: Phone[];
  checklists?: Checklist[];
};
/** `promised_…` and the papers of the guide: what an older server or the first page gave lacks them. */
export type Matter = Row & {materials?: string | null; promised_trips?: number | null; promised_minutes?: number | null; promised_days?: number | null};
/** `hours` as the office wrote them; an older server says none. */
export type Phone = {id: string; number: string; hall_id: string; hall_name: string; hours?: string};
export type Checklist = Row & {items: Item[]};
type Item = {id: string; name: string; finding: string; reform_item_id: string | null; category_code: string | null};

/** A visit that is under way: the op that said so last, what it said, and what the campaign has people look at. */
export type Visiting = {rec_id: string; op_id: string; values: Record<string, any>; checklist_id: string | null};

/** What a person has before them, as the server last said. */
export type AgendaLine = {id: string; text: string; hall: string; post: string; version?: string; ask_on?: string};
export type Assignment = {id: string; hall_id: string; hall: string; campaign: string; begins_on?: string; due_on: string; checklist_id?: string | null};
export type Agenda = {
  user: string;
  ask_again: AgendaLine[];
  /** whose day is to come */
  ask_later?: AgendaLine[];
  entered: AgendaLine[];
  past: {id?: string; hall: string; started_at: string; ended_at?: string | null; findings: number; troubled?: boolean}[];
  open?: {id: string; op_id: string; checklist_id: string | null; payload: Record<string, any>} | null;
  leaders: (Row & {not_at?: string[]})[];
  assignments?: Assignment[];
  /** halls that this person may not visit */
  not_at: string[];
};
