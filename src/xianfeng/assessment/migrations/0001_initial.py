import django.db.models.deletion
import xianfeng.core.uids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organizations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Day',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('works', models.BooleanField(verbose_name='workday')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='occasion')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'day',
                'verbose_name_plural': 'workday table',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('code', models.SlugField(max_length=40, verbose_name='code')),
                ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('subject', models.CharField(choices=[('organization', 'branches'), ('person', 'party members')], max_length=12, verbose_name='assesses')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('document', models.TextField(verbose_name='document')),
                ('digest', models.CharField(max_length=64, verbose_name='digest')),
                ('status', models.CharField(choices=[('draft', 'draft'), ('in_force', 'in force now'), ('retired', 'no longer in force')], default='draft', max_length=10, verbose_name='status')),
                ('since', models.DateTimeField(blank=True, null=True, verbose_name='in force since')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='issuing organization')),
            ],
            options={
                'verbose_name': 'scheme',
                'verbose_name_plural': 'schemes',
                'ordering': ['-year', 'subject', '-number'],
                'constraints': [models.UniqueConstraint(fields=('code', 'number'), name='scheme_version_once'), models.UniqueConstraint(condition=models.Q(('status', 'in_force')), fields=('subject', 'year'), name='scheme_one_in_force')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('month', models.PositiveSmallIntegerField(verbose_name='month')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='number')),
                ('status', models.CharField(choices=[('draft', 'to be filled in'), ('submitted', 'submitted'), ('review', 'under review'), ('returned', 'returned'), ('accepted', 'accepted')], default='draft', max_length=10, verbose_name='status')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('received_at', models.DateTimeField(editable=False, null=True, verbose_name='first received')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='submitted')),
                ('deferred_at', models.DateTimeField(editable=False, null=True, verbose_name='deferred')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided')),
                ('returns', models.PositiveSmallIntegerField(default=0, verbose_name='times returned')),
                ('coordination', models.TextField(blank=True, max_length=1000, verbose_name='matters for the party office')),
                ('oddities', models.JSONField(default=list, editable=False)),
                ('rev', models.PositiveIntegerField(default=0, editable=False)),
                ('saved_at', models.DateTimeField(editable=False, null=True, verbose_name='saved')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='organizations.organization', verbose_name='branch')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessment.scheme', verbose_name='scheme')),
            ],
            options={
                'verbose_name': 'monthly report',
                'verbose_name_plural': 'monthly reports',
                'ordering': ['-year', '-month', 'organization__number'],
                'indexes': [models.Index(fields=['year', 'month', 'status'], name='report_month_status')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'year', 'month'), name='report_one_a_month'), models.CheckConstraint(condition=models.Q(('month__gte', 1), ('month__lte', 12)), name='report_month_of_the_year')],
            },
        ),
        migrations.CreateModel(
            name='DraftRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rev', models.PositiveIntegerField()),
                ('state', models.JSONField(default=dict)),
                ('view', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='assessment.report')),
            ],
            options={
                'ordering': ['report', '-rev'],
                'constraints': [models.UniqueConstraint(fields=('report', 'rev'), name='draft_revision_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('code', models.CharField(max_length=20, verbose_name='line')),
                ('category', models.CharField(max_length=20)),
                ('position', models.PositiveSmallIntegerField()),
                ('measure', models.CharField(max_length=60, verbose_name='measure')),
                ('kind', models.CharField(choices=[('counted', 'counted'), ('reported', 'reported')], max_length=10)),
                ('done', models.BigIntegerField(null=True, verbose_name='done')),
                ('due', models.BigIntegerField(null=True, verbose_name='due')),
                ('period_done', models.BigIntegerField(default=0)),
                ('period_due', models.BigIntegerField(default=0)),
                ('sources', models.JSONField(default=list)),
                ('answer', models.CharField(blank=True, max_length=20, verbose_name='answer')),
                ('sentence', models.CharField(blank=True, max_length=500, verbose_name='sentence')),
                ('not_applicable', models.BooleanField(default=False, verbose_name='does not concern this month')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('confirmed', models.BooleanField(default=False, verbose_name='checked and correct')),
                ('state', models.CharField(choices=[('ready', 'ready'), ('open', 'to be filled in'), ('check', 'to be checked')], default='open', max_length=10)),
                ('returned', models.BooleanField(default=False, verbose_name='sent back')),
                ('review_note', models.CharField(blank=True, max_length=300, verbose_name='note of the reviewer')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='assessment.report')),
            ],
            options={
                'verbose_name': 'line of a report',
                'verbose_name_plural': 'lines of reports',
                'ordering': ['report', 'position'],
                'constraints': [models.UniqueConstraint(fields=('report', 'code'), name='report_line_once'), models.CheckConstraint(condition=models.Q(('not_applicable', False), ('kind', 'reported'), _connector='OR'), name='report_line_counted_always_concerns')],
            },
        ),
    ]
