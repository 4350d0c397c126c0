import { type ReactNode, useId } from 'react';

/** A titled part of a view; screen readers can go to it by its name. */
export function Panel(props: {
  readonly title: string;
  readonly children: ReactNode;
  /** What stands beside the title. */
  readonly beside?: ReactNode;
  readonly className?: string;
}) {
  const titleId = useId();
  const { title, beside, children, className = '' } = props;
  return (
    <section className={`panel ${className}`} aria-labelledby={titleId}>
      <div className="panel-head">
        <h2 className="panel-title" id={titleId}>
          {title}
        </h2>
        {beside}
      </div>
      {children}
    </section>
  );
}
