import { Search } from 'lucide-react';
import { type SubmitEvent, useId, useState } from 'react';
import { ActionButton } from '../ui/action-button.tsx';
import { localOf, momentOf } from './moment-field.ts';
import { paymentsHref } from './route.ts';
import { storyWords } from './story-words.ts';
import { words } from './words.ts';

const said = words.payments;
/** States that a payment can be listed by. */
const STATES = Object.entries(storyWords.states);
const TEXTS = ['search', 'terminalId', 'responseCode', 'state'] as const;
const MOMENTS = ['from', 'until'] as const;

/** What payments are shown; it becomes the address of the list. */
export function PaymentFilters({ filters }: { readonly filters: URLSearchParams }) {
  const [isSearchWrong, setIsSearchWrong] = useState(false);
  const [hintId] = [useId()];
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const textOf = (name: string) => String(form.get(name) ?? '').trim();
    const search = textOf('search').replaceAll(' ', '');
    const isWrong = search !== '' && !/^[A-Za-z0-9]{4,12}$/.test(search);
    setIsSearchWrong(isWrong);
    if (isWrong) return;
    const chosen = Object.fromEntries([
      ...TEXTS.map((name) => [name, name === 'search' ? search : textOf(name)]),
      ...MOMENTS.map((name) => [name, momentOf(textOf(name))]),
    ]);
    location.hash = paymentsHref({ ...chosen, responseCode: chosen.responseCode.toUpperCase() });
  };
  return (
    <search aria-label={said.filters}>
      <form className="filters" onSubmit={submit} noValidate>
        <label className="field field-wide">
          <span className="field-label">{said.search}</span>
          <input
            className="field-input"
            type="search"
            name="search"
            defaultValue={filters.get('search') ?? ''}
            autoComplete="off"
            spellCheck={false}
            aria-describedby={hintId}
            aria-invalid={isSearchWrong}
          />
          <span id={hintId} className={isSearchWrong ? 'field-fault' : 'field-hint'}>
            {isSearchWrong ? said.searchFault : said.searchHint}
          </span>
        </label>
        <label className="field">
          <span className="field-label">{said.state}</span>
          <select className="field-input" name="state" defaultValue={filters.get('state') ?? ''}>
            <option value="">{said.anyState}</option>
            {STATES.map(([state, name]) => (
              <option key={state} value={state}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <TextField name="terminalId" label={said.terminal} filters={filters} maxLength={8} />
        <TextField name="responseCode" label={said.code} filters={filters} maxLength={2} />
        <Moments filters={filters} />
        <div className="filters-actions">
          <ActionButton isSubmit icon={<Search className="icon" aria-hidden="true" />}>
            {said.submit}
          </ActionButton>
          {filters.size > 0 && (
            <a className="button-link" href={paymentsHref()}>
              {said.clear}
            </a>
          )}
        </div>
      </form>
    </search>
  );
}

function Moments({ filters }: { readonly filters: URLSearchParams }) {
  return (
    <div className="filters-second">
      {MOMENTS.map((name) => (
        <label key={name} className="field">
          <span className="field-label">{said[name]}</span>
          <input
            className="field-input"
            type="datetime-local"
            name={name}
            defaultValue={localOf(filters.get(name))}
          />
        </label>
      ))}
    </div>
  );
}

function TextField(props: {
  readonly name: string;
  readonly label: string;
  readonly filters: URLSearchParams;
  readonly maxLength: number;
}) {
  const { name, label, filters, maxLength } = props;
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <input
        className="field-input"
        name={name}
        defaultValue={filters.get(name) ?? ''}
        {...{ maxLength }}
        autoComplete="off"
        spellCheck={false}
      />
    </label>
  );
}
